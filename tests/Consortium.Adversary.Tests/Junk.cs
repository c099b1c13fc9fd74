#pragma warning disable RS0030 // A seeded generator of junk.
using System.Buffers.Binary;

namespace Consortium.Adversary.Tests;

/// <summary>Bytes that look more or less like a message that somebody sent.</summary>
internal sealed class Junk(int seed)
{
    private readonly Random _random = new(seed);
    private byte[] _last = [1];

    public byte[] Of(ReadOnlyMemory<byte> message)
    {
        byte[] bytes = message.ToArray();
        switch (_random.Next(8))
        {
            case 0:
                Flip(bytes, 1);
                break;
            case 1:
                Flip(bytes, 1 + _random.Next(64));
                break;
            case 2:
                bytes = bytes[.._random.Next(bytes.Length)];
                break;
            case 3:
                bytes = [.. bytes, .. _last.AsSpan(0, Math.Min(_last.Length, 1 + _random.Next(256)))];
                break;
            case 4: // a length or a number, early on, becomes an extreme one
                int at = _random.Next(Math.Max(1, Math.Min(bytes.Length, 512) - 4));
                if (at + 4 <= bytes.Length)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(
                        bytes.AsSpan(at), _random.Next(3) switch { 0 => int.MaxValue, 1 => -1, _ => _random.Next() });
                }

                break;
            case 5: // the head of one, the tail of another
                int cut = _random.Next(Math.Min(bytes.Length, _last.Length));
                bytes = [.. bytes.AsSpan(0, cut), .. _last.AsSpan(cut)];
                break;
            case 6: // only its head is altered: what is rejected late is rejected dearly
                Flip(bytes.AsSpan(0, Math.Min(bytes.Length, 128)), 1);
                break;
            default:
                bytes = new byte[_random.Next(2048)];
                _random.NextBytes(bytes);
                break;
        }

        _last = bytes.Length > 0 ? bytes : [1];
        return bytes;
    }

    private void Flip(Span<byte> bytes, int bits)
    {
        for (int i = 0; i < bits && bytes.Length > 0; i++)
        {
            bytes[_random.Next(bytes.Length)] ^= (byte)(1 << _random.Next(8));
        }
    }
}
