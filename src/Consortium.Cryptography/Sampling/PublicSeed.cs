using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Consortium.Cryptography.Sampling;

/// <summary>The public seed of one round attempt: every bank expands the same polynomials a_k from it.</summary>
public readonly struct PublicSeed
{
    /// <summary>Bytes of a seed and of the digests it binds.</summary>
    public const int Size = 32;

    private static ReadOnlySpan<byte> Label => "consortium public polynomials v1"u8;

    private readonly byte[] _bytes;

    private PublicSeed(byte[] bytes) => _bytes = bytes;

    internal ReadOnlySpan<byte> Bytes =>
        _bytes ?? throw new InvalidOperationException("A public seed must be derived, not defaulted.");

    /// <summary>
    /// SHA-256 of label, consortium digest, session, round (u64 little-endian) and attempt (u32 little-endian).
    /// </summary>
    /// <param name="consortiumDigest">32 bytes.</param>
    /// <param name="session">32 bytes.</param>
    /// <param name="round">Round within the session.</param>
    /// <param name="attempt">Attempt at the round.</param>
    /// <exception cref="ArgumentException">A digest is not 32 bytes.</exception>
    public static PublicSeed Derive(ReadOnlySpan<byte> consortiumDigest, ReadOnlySpan<byte> session, ulong round, uint attempt)
    {
        if (consortiumDigest.Length != Size)
        {
            throw new ArgumentException(
                $"The consortium digest has {consortiumDigest.Length} bytes, not {Size}.", nameof(consortiumDigest));
        }

        if (session.Length != Size)
        {
            throw new ArgumentException($"The session has {session.Length} bytes, not {Size}.", nameof(session));
        }

        Span<byte> input = stackalloc byte[Label.Length + (2 * Size) + sizeof(ulong) + sizeof(uint)];
        Label.CopyTo(input);
        consortiumDigest.CopyTo(input[Label.Length..]);
        session.CopyTo(input[(Label.Length + Size)..]);
        BinaryPrimitives.WriteUInt64LittleEndian(input[(Label.Length + (2 * Size))..], round);
        BinaryPrimitives.WriteUInt32LittleEndian(input[^sizeof(uint)..], attempt);
        return new PublicSeed(SHA256.HashData(input));
    }
}
