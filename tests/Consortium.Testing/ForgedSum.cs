using Consortium.Cryptography;
using Consortium.Cryptography.Encryption;

namespace Consortium.Testing;

/// <summary>A sum of any number of chunks, as an attacker makes it who writes into headers what it likes.</summary>
public static class ForgedSum
{
    /// <summary>A well-formed chunk that says it is of one summand, or what another chunk's header says.</summary>
    /// <param name="chunks">Of one index and layout; the first is of one summand.</param>
    public static byte[] Of(
        SlotLayout layout, int chunk, IEnumerable<ReadOnlyMemory<byte>> chunks, ReadOnlyMemory<byte> headerOf = default)
    {
        byte[] sum = new byte[WireChunk.Size], header = new byte[ChunkHeader.Size];
        var pair = new ChunkSum(layout, chunk);
        foreach ((int index, ReadOnlyMemory<byte> next) in chunks.Index())
        {
            if (index == 0)
            {
                next.CopyTo(sum);
                next[..header.Length].CopyTo(header);
                continue;
            }

            byte[] other = next.ToArray();
            header.CopyTo(other, 0);
            pair.Restart(chunk);
            pair.Add(sum);
            pair.Add(other);
            pair.WriteTo(sum);
            header.CopyTo(sum, 0);
        }

        headerOf.Span[..Math.Min(headerOf.Length, header.Length)].CopyTo(sum);
        return sum;
    }
}
