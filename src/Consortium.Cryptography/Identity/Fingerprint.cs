using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Consortium.Primitives;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// What two people read to each other to be sure that they hold the same public identity: 48 decimal digits in eight groups of
/// six, 159.4 bits. Finding another identity with a given fingerprint takes about 2^159 tries, finding any two alike about 2^80.
/// </summary>
public readonly struct Fingerprint : IEquatable<Fingerprint>
{
    private const int Digits = 48;
    private const int GroupLength = 6;

    private readonly string? _digits;

    private Fingerprint(string digits) => _digits = digits;

    public static bool operator ==(Fingerprint left, Fingerprint right) => left.Equals(right);

    public static bool operator !=(Fingerprint left, Fingerprint right) => !left.Equals(right);

    /// <summary>Reads what a person typed: 48 digits, with any spaces, dashes or line ends between them.</summary>
    /// <exception cref="MalformedDataException">Not 48 digits.</exception>
    public static Fingerprint Parse(ReadOnlySpan<char> text)
    {
        Span<char> digits = stackalloc char[Digits];
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is ' ' or '-' or '\t' or '\r' or '\n')
            {
                continue;
            }

            if (!char.IsAsciiDigit(c))
            {
                throw new MalformedDataException("fingerprint", i, "a digit, space or dash", $"character U+{(int)c:X4}");
            }

            if (count == Digits)
            {
                throw new MalformedDataException("fingerprint", i, $"{Digits} digits", "more");
            }

            digits[count++] = c;
        }

        MalformedDataException.ThrowIfLengthDiffers("fingerprint", count, Digits);
        return new Fingerprint(new string(digits));
    }

    /// <summary>The fingerprint of an identity whose canonical bytes have this SHA-256.</summary>
    internal static Fingerprint OfDigest(ReadOnlySpan<byte> digest)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> labelled = stackalloc byte[64];
        int label = Encoding.ASCII.GetBytes("consortium fingerprint v1", labelled);
        digest.CopyTo(labelled[label..]);
        SHA256.HashData(labelled[..(label + digest.Length)], hash);

        var number = new BigInteger(hash, isUnsigned: true, isBigEndian: true);
        BigInteger reduced = number % BigInteger.Pow(10, Digits);
        return new Fingerprint(reduced.ToString(CultureInfo.InvariantCulture).PadLeft(Digits, '0'));
    }

    public bool Equals(Fingerprint other) => string.Equals(_digits, other._digits, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is Fingerprint other && Equals(other);

    public override int GetHashCode() => _digits?.GetHashCode(StringComparison.Ordinal) ?? 0;

    /// <summary>Eight groups of six digits, as they are read aloud.</summary>
    public override string ToString() =>
        _digits is null ? string.Empty : string.Join(' ', _digits.Chunk(GroupLength).Select(group => new string(group)));
}
