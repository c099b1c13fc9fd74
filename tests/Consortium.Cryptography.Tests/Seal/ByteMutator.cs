using System.Buffers.Binary;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>
/// Spoils well-formed bytes, the same way for the same seed: flipped bits, telling words, cuts, growth, moved pieces.
/// </summary>
internal sealed class ByteMutator(ulong seed)
{
    private static readonly ulong[] TellingWords =
        [0, 1, 2, 3, 7, 16, 24, 64, 255, 65535, 1UL
            << 31, uint.MaxValue, 1UL << 32, 1UL << 61, long.MaxValue, 1UL << 63, ulong.MaxValue];

    private readonly byte[] _buffer = new byte[4096];
    private readonly SplitMix _words = new(seed);

    /// <summary>One to three spoilings of a copy of <paramref name="source"/>; the result lives until the next call.</summary>
    public ReadOnlySpan<byte> Mutate(ReadOnlySpan<byte> source)
    {
        source.CopyTo(_buffer);
        int length = source.Length;
        for (int left = 1 + Below(3); left > 0; left--)
        {
            switch (Below(8))
            {
                case 0 or 1 when length > 0:
                    _buffer[Below(length)] ^= (byte)(1 << Below(8));
                    break;
                case 2 when length > 0:
                    _buffer[Below(length)] = (byte)_words.Next();
                    break;
                case 3 or 4 when length >= 8:
                    BinaryPrimitives.WriteUInt64LittleEndian(
                        _buffer.AsSpan(Below(length - 7)), TellingWords[Below(TellingWords.Length)]);
                    break;
                case 5:
                    length = Below(length + 1);
                    break;
                case 6:
                    int grown = Math.Min(_buffer.Length, length + Below(32));
                    _buffer.AsSpan(length, grown - length).Fill((byte)_words.Next());
                    length = grown;
                    break;
                case 7 when length > 0:
                    int from = Below(length), to = Below(length), count = Below(length - Math.Max(from, to) + 1);
                    _buffer.AsSpan(from, count).CopyTo(_buffer.AsSpan(to));
                    break;
            }
        }

        return _buffer.AsSpan(0, length);
    }

    private int Below(int limit) => (int)(_words.Next() % (uint)limit);
}
