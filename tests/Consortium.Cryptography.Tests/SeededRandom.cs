using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Consortium.Cryptography.Tests;

/// <summary>
/// Randomness that is the same every time, for tests and test vectors: SHA-256(label, block number), block after block. A draw
/// starts where the last one ended.
/// </summary>
internal sealed class SeededRandom(string label) : RandomNumberGenerator
{
    private readonly byte[] _label = Encoding.UTF8.GetBytes(label);
    private readonly byte[] _block = new byte[SHA256.HashSizeInBytes];
    private ulong _blocks;
    private int _used = SHA256.HashSizeInBytes;

    public override void GetBytes(byte[] data) => GetBytes(data.AsSpan());

    public override void GetBytes(Span<byte> data)
    {
        for (int i = 0; i < data.Length; i++)
        {
            if (_used == _block.Length)
            {
                byte[] input = new byte[_label.Length + sizeof(ulong)];
                _label.CopyTo(input, 0);
                BinaryPrimitives.WriteUInt64LittleEndian(input.AsSpan(_label.Length), _blocks++);
                SHA256.HashData(input, _block);
                _used = 0;
            }

            data[i] = _block[_used++];
        }
    }

    public int Next(int limit)
    {
        Span<byte> draw = stackalloc byte[sizeof(uint)];
        GetBytes(draw);
        return (int)(BinaryPrimitives.ReadUInt32LittleEndian(draw) % (uint)limit);
    }

    public byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        GetBytes(bytes);
        return bytes;
    }
}
