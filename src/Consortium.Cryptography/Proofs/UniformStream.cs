using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Proofs;

/// <summary>
/// AES-256-CTR under a 32-byte seed, taken in order as bytes or as uniform elements of a field. Erased by <see cref="Dispose"/>.
/// </summary>
internal sealed class UniformStream : IDisposable
{
    private const int BufferLength = 4096;

    private readonly AesCounterStream _stream;
    private readonly ulong _nonce;
    private readonly uint _number;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferLength, pinned: true);
    private uint _block;
    private int _used = BufferLength;

    /// <param name="seed">32 bytes.</param>
    /// <param name="nonce">One seed gives as many streams as there are nonces and numbers.</param>
    /// <param name="number">See <paramref name="nonce"/>.</param>
    public UniformStream(ReadOnlySpan<byte> seed, ulong nonce = 0, uint number = 0)
    {
        _stream = new AesCounterStream(seed);
        _nonce = nonce;
        _number = number;
    }

    /// <summary>A stream under a seed that is drawn and not kept.</summary>
    public static UniformStream Draw(RandomSource randomness)
    {
        Span<byte> seed = stackalloc byte[32];
        randomness.Fill(seed);
        var stream = new UniformStream(seed);
        CryptographicOperations.ZeroMemory(seed);
        return stream;
    }

    public void Fill(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_used == BufferLength)
            {
                Refill();
            }

            int taken = Math.Min(BufferLength - _used, destination.Length);
            _buffer.AsSpan(_used, taken).CopyTo(destination);
            _used += taken;
            destination = destination[taken..];
        }
    }

    /// <summary>Little-endian 32-bit words, reduced; those at or above the largest multiple of the prime are skipped.</summary>
    /// <remarks>Time depends on which words are skipped, and these say nothing of those that are kept.</remarks>
    public void Fill(PrimeField field, Span<uint> destination)
    {
        uint bound = (uint)((1ul << 32) / field.Prime * field.Prime);
        for (int i = 0; i < destination.Length;)
        {
            Fill(MemoryMarshal.AsBytes(destination[i..]));
            if (!BitConverter.IsLittleEndian)
            {
                System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(destination[i..], destination[i..]);
            }

            int kept = i;
            for (int read = i; read < destination.Length; read++)
            {
                if (destination[read] < bound)
                {
                    destination[kept++] = field.Reduce(destination[read]);
                }
            }

            i = kept;
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        CryptographicOperations.ZeroMemory(_buffer);
    }

    private void Refill()
    {
        _stream.Fill(_nonce, _number, _block, _buffer);
        _block += BufferLength / AesCounterStream.BlockBytes;
        _used = 0;
    }
}
