using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Consortium.Cryptography.Sampling;

/// <summary>
/// AES-256 in counter mode as an expander, with counter blocks (nonce: u64, stream: u32, block: u32), big-endian: standard CTR
/// from block 0 of each (nonce, stream). The framework's AES encrypts the counters in one call, which runs at several GB/s. Not
/// thread-safe.
/// </summary>
internal sealed class AesCounterStream : IDisposable
{
    public const int BlockBytes = 16;
    private readonly Aes _aes = Aes.Create();

    public AesCounterStream(ReadOnlySpan<byte> key) => _aes.SetKey(key);

    /// <summary>
    /// Fills <paramref name="destination"/>, whole blocks, with the key stream from <paramref name="firstBlock"/> on.
    /// </summary>
    public void Fill(ulong nonce, uint stream, uint firstBlock, Span<byte> destination)
    {
        if (destination.Length % BlockBytes != 0)
        {
            throw new ArgumentException($"{destination.Length} bytes are not whole blocks of {BlockBytes}.", nameof(destination));
        }

        Vector128<uint> counter = Vector128.Create(
            BinaryPrimitives.ReverseEndianness((uint)(nonce >> 32)),
            BinaryPrimitives.ReverseEndianness((uint)nonce),
            BinaryPrimitives.ReverseEndianness(stream),
            0);
        Span<Vector128<uint>> blocks = MemoryMarshal.Cast<byte, Vector128<uint>>(destination);
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = counter.WithElement(3, BinaryPrimitives.ReverseEndianness(firstBlock + (uint)i));
        }

        _aes.EncryptEcb(destination, destination, PaddingMode.None);
    }

    public void Dispose() => _aes.Dispose();
}
