using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Consortium.Primitives;

/// <summary>
/// SHA-256 of something. What it is the digest of is said by the type around it, or by the member that holds it.
/// </summary>
public readonly record struct Digest : IComparable<Digest>
{
    public const int Length = 32;

    private readonly Words _words;

    /// <summary>Takes exactly <see cref="Length"/> bytes.</summary>
    public Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A digest has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _words = MemoryMarshal.Read<Words>(bytes);
    }

    public static Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Length];
        SHA256.HashData(content, hash);
        return new Digest(hash);
    }

    /// <summary>Reads 64 hexadecimal digits.</summary>
    /// <exception cref="FormatException">Not 64 hexadecimal digits.</exception>
    public static Digest Parse(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        return bytes.Length == Length
            ? new Digest(bytes)
            : throw new FormatException($"A digest has {2 * Length} hexadecimal digits, not {hex.Length}.");
    }

    public void CopyTo(Span<byte> destination) => MemoryMarshal.Write(destination, in _words);

    public byte[] ToArray()
    {
        byte[] bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    public int CompareTo(Digest other)
    {
        Span<byte> left = stackalloc byte[Length];
        Span<byte> right = stackalloc byte[Length];
        CopyTo(left);
        other.CopyTo(right);
        return left.SequenceCompareTo(right);
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());

    private readonly record struct Words(ulong A, ulong B, ulong C, ulong D);
}
