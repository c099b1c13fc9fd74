using System.Buffers.Binary;
using System.Globalization;
using Consortium.Primitives;

namespace Consortium.Cryptography.Encryption;

/// <summary>
/// The 16 bytes before a chunk's residues: magic "CK", version, layout id, chunk index, summands; all little-endian.
/// </summary>
/// <param name="LayoutId"><see cref="SlotLayout.Id"/>.</param>
/// <param name="Chunk">Index of the chunk in its vector.</param>
/// <param name="Summands">Ciphertexts added up in it: 1 as a bank sends it.</param>
public readonly record struct ChunkHeader(uint LayoutId, int Chunk, int Summands)
{
    public const int Size = 16;

    /// <summary>A change of the bytes below, the primes, the width of the noise, or the packing raises it.</summary>
    public const ushort Version = 2;

    private const ushort Magic = 'C' | ('K' << 8);

    internal void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(destination, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], LayoutId);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], Chunk);
        BinaryPrimitives.WriteInt32LittleEndian(destination[12..], Summands);
    }

    /// <summary>Reads and checks the header of a chunk of the given layout.</summary>
    /// <param name="wire">A whole chunk, <see cref="WireChunk.Size"/> bytes.</param>
    /// <param name="layout">The layout the session agreed on.</param>
    /// <exception cref="MalformedDataException">
    /// The length, magic, version, layout, index or count of summands is not acceptable.
    /// </exception>
    public static ChunkHeader Read(ReadOnlySpan<byte> wire, SlotLayout layout)
    {
        MalformedDataException.ThrowIfLengthDiffers("chunk", wire.Length, WireChunk.Size);
        Require(BinaryPrimitives.ReadUInt16LittleEndian(wire), 0, Magic, "magic");
        Require(BinaryPrimitives.ReadUInt16LittleEndian(wire[2..]), 2, Version, "version");
        Require(BinaryPrimitives.ReadUInt32LittleEndian(wire[4..]), 4, layout.Id, "layout");
        int chunk = BinaryPrimitives.ReadInt32LittleEndian(wire[8..]);
        int summands = BinaryPrimitives.ReadInt32LittleEndian(wire[12..]);
        if (chunk < 0)
        {
            throw new MalformedDataException("chunk", 8, "a chunk index from 0", Text(chunk));
        }

        if (summands < 1 || summands > layout.LargestCohort)
        {
            throw new MalformedDataException("chunk", 12, $"1 to {Text(layout.LargestCohort)} summands", Text(summands));
        }

        return new ChunkHeader(layout.Id, chunk, summands);
    }

    private static void Require(uint found, int offset, uint expected, string field)
    {
        if (found != expected)
        {
            throw new MalformedDataException("chunk", offset, $"{field} {Text(expected)}", Text(found));
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
