using System.Diagnostics;
using System.Runtime.InteropServices;
using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Sampling;

/// <summary>
/// The public polynomials a_k of a round attempt: uniform, sampled directly in the transform domain from AES-256-CTR under the
/// attempt's seed with counter (k, prime index). Little-endian 32-bit words; a word at or above floor(2^32 / q) * q is skipped.
/// Not thread-safe.
/// </summary>
public sealed class PublicPolynomials : IDisposable
{
    /// <summary>
    /// At most one word in 500 is skipped, so this many spare words all but always suffice; the loop covers the rest.
    /// </summary>
    private const int SpareWords = 64;

    private readonly AesCounterStream _stream;
    private readonly uint[] _keyStream;

    public PublicPolynomials(PublicSeed seed)
        : this(seed, SpareWords)
    {
    }

    internal PublicPolynomials(PublicSeed seed, int spareWords)
        : this(seed.Bytes, spareWords)
    {
    }

    private PublicPolynomials(ReadOnlySpan<byte> key, int spareWords)
    {
        _stream = new AesCounterStream(key);
        _keyStream = new uint[RnsBasis.Degree + spareWords];
    }

    /// <summary>Public randomness of the same form for another purpose than an attempt's.</summary>
    /// <param name="key">32 bytes that no attempt's seed is.</param>
    internal static PublicPolynomials Of(ReadOnlySpan<byte> key) => new(key, SpareWords);

    /// <summary>a_k with canonical residues.</summary>
    public Polynomial<Ntt> Expand(int chunk)
    {
        var polynomial = new Polynomial<Ntt>();
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            Span<uint> residues = polynomial.WritableResidues(prime);
            ExpandLazy(chunk, prime, residues);
            uint modulus = RnsBasis.ModulusSpan[prime].Value;
            foreach (ref uint residue in residues)
            {
                residue %= modulus;
            }
        }

        return polynomial;
    }

    /// <summary>
    /// Residues of a_k modulo one prime as any 32-bit words congruent to them, which is all that a Shoup product needs.
    /// </summary>
    internal void ExpandLazy(int chunk, int prime, Span<uint> destination)
    {
        Debug.Assert(destination.Length == RnsBasis.Degree);
        uint modulus = RnsBasis.ModulusSpan[prime].Value;
        uint bound = (uint)((1ul << 32) / modulus * modulus);
        Span<uint> words = _keyStream;
        uint block = 0;
        int filled = 0;
        while (filled < destination.Length)
        {
            _stream.Fill((ulong)chunk, (uint)prime, block, MemoryMarshal.AsBytes(words));
            block += (uint)(words.Length * sizeof(uint) / AesCounterStream.BlockBytes);
            if (!BitConverter.IsLittleEndian)
            {
                System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(words, words);
            }

            ReadOnlySpan<uint> rest = words;
            while (!rest.IsEmpty && filled < destination.Length)
            {
                int rejected = rest.IndexOfAnyInRange(bound, uint.MaxValue);
                int accepted = Math.Min(rejected < 0 ? rest.Length : rejected, destination.Length - filled);
                rest[..accepted].CopyTo(destination[filled..]);
                filled += accepted;
                rest = rejected < 0 ? [] : rest[(rejected + 1)..];
            }
        }
    }

    public void Dispose() => _stream.Dispose();
}
