using System.Buffers.Binary;
using System.Globalization;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;
using Consortium.Primitives;

namespace Consortium.Cryptography.Encryption;

/// <summary>
/// A linear fingerprint of a vector's ciphertext under a seed: tags of a cohort's members add up to the tag of the sum of their
/// chunks, and the tag of any other sum differs except with probability (2/q)^5 &lt; 2^-129. Immutable, thread-safe.
/// </summary>
/// <remarks>
/// For each prime q of the ring and each of five copies, the tag holds the sum over chunks k and words j of w_k * r_j * c_kj mod
/// q; w and r are uniform mod q, drawn anew for each copy and prime. Where two ciphertexts differ modulo some prime, the
/// difference of one copy's tags is a non-zero polynomial of degree 2 in (w, r): it vanishes with probability 2/q at most
/// (Schwartz and Zippel), and all five copies with (2/q)^5. One element of 27 bits for each prime would leave 2^-26, and a
/// difference may hide modulo a single prime: hence five for each.
/// <para>
/// The seed must be a hash of everything that the tags are to hold together: the members' signed digests of their chunks, and the
/// digest of the sum. Whoever knows the seed before the sum is fixed can choose a sum that fits it.
/// </para>
/// </remarks>
public sealed class SumTag : IEquatable<SumTag>
{
    /// <summary>Bytes of a tag: 20 words.</summary>
    public const int Size = RnsBasis.PrimeCount * Copies * sizeof(uint);

    /// <summary>Independent elements for each prime.</summary>
    internal const int Copies = 5;

    private const string Subject = "sum tag";

    private readonly uint[] _words;

    /// <param name="words">Canonical, the copies of each prime together; the tag's from now on.</param>
    internal SumTag(uint[] words) => _words = words;

    /// <summary>Reads a tag.</summary>
    /// <exception cref="MalformedDataException">Not 20 words, each below its prime.</exception>
    public static SumTag Decode(ReadOnlySpan<byte> bytes)
    {
        MalformedDataException.ThrowIfLengthDiffers(Subject, bytes.Length, Size);
        var words = new uint[RnsBasis.PrimeCount * Copies];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i * sizeof(uint))..]);
            uint modulus = RnsBasis.ModulusSpan[i / Copies].Value;
            if (words[i] >= modulus)
            {
                throw new MalformedDataException(
                    Subject,
                    i * sizeof(uint),
                    string.Create(CultureInfo.InvariantCulture, $"a word below {modulus}"),
                    words[i].ToString(CultureInfo.InvariantCulture));
            }
        }

        return new SumTag(words);
    }

    /// <summary>The tag of the sum of the ciphertexts that these are tags of, under one seed.</summary>
    public static SumTag Sum(IEnumerable<SumTag> tags)
    {
        var words = new uint[RnsBasis.PrimeCount * Copies];
        foreach (SumTag tag in tags)
        {
            for (int i = 0; i < words.Length; i++)
            {
                words[i] = RnsBasis.ModulusSpan[i / Copies].Add(words[i], tag._words[i]);
            }
        }

        return new SumTag(words);
    }

    /// <summary>Little-endian 32-bit words; <paramref name="destination"/> has exactly <see cref="Size"/> bytes.</summary>
    public void Encode(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, Size, nameof(destination));
        for (int i = 0; i < _words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination[(i * sizeof(uint))..], _words[i]);
        }
    }

    public byte[] Encode()
    {
        byte[] bytes = new byte[Size];
        Encode(bytes);
        return bytes;
    }

    /// <summary>Tags are public: time may vary.</summary>
    public bool Equals(SumTag? other) => other is not null && _words.AsSpan().SequenceEqual(other._words);

    public override bool Equals(object? obj) => Equals(obj as SumTag);

    public override int GetHashCode() => (int)_words[0];

    public override string ToString() => Convert.ToHexStringLower(Encode());
}
