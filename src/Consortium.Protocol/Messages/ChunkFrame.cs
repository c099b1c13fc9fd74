using System.Buffers.Binary;
using System.Collections.Immutable;
using Consortium.Cryptography;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Consecutive ciphertext chunks of one update or of one sum, as one binary body. Unsigned: each chunk counts only if it has the
/// digest that a signed manifest or cohort binds. Reading one copies nothing.
/// </summary>
public sealed record ChunkFrame
{
    /// <summary>
    /// "CNCF", version, attempt, manifest or cohort digest, first chunk, number of chunks, bytes of each chunk.
    /// </summary>
    public const int HeaderLength = 4 + 1 + AttemptLength + Digest.Length + 4 + 4 + 4;

    private const int AttemptLength = (2 * Digest.Length) + 4 + 4;
    private const byte Version = 1;
    private const string Subject = "chunk frame";

    public required AttemptId Attempt { get; init; }

    /// <summary>Digest of the manifest or cohort whose chunks these are.</summary>
    public required Digest Source { get; init; }

    /// <summary>Index of the first chunk.</summary>
    public required int First { get; init; }

    public required int Count { get; init; }

    /// <summary>The chunks' bytes, one after the other, all of one length.</summary>
    public required ReadOnlyMemory<byte> Chunks { get; init; }

    public int ChunkLength => Chunks.Length / Count;

    private static ReadOnlySpan<byte> Magic => "CNCF"u8;

    /// <summary>Bytes of chunk <paramref name="index"/> of this frame, counted from 0.</summary>
    public ReadOnlyMemory<byte> Chunk(int index) => Chunks.Slice(checked(index * ChunkLength), ChunkLength);

    /// <summary>
    /// How many chunks of <paramref name="chunkLength"/> bytes a frame of at most <paramref name="frameBytes"/> bytes holds.
    /// </summary>
    public static int Capacity(int chunkLength, int frameBytes) => Math.Max(1, (frameBytes - HeaderLength) / chunkLength);

    /// <summary>Writes the header; the chunks' bytes follow it on the wire.</summary>
    public void WriteHeader(Span<byte> destination)
    {
        Magic.CopyTo(destination);
        destination[4] = Version;
        Attempt.Consortium.Value.CopyTo(destination[5..]);
        Attempt.Session.Value.CopyTo(destination[37..]);
        BinaryPrimitives.WriteInt32LittleEndian(destination[69..], Attempt.Round.Value);
        BinaryPrimitives.WriteInt32LittleEndian(destination[73..], Attempt.Attempt.Value);
        Source.CopyTo(destination[77..]);
        BinaryPrimitives.WriteInt32LittleEndian(destination[109..], First);
        BinaryPrimitives.WriteInt32LittleEndian(destination[113..], Count);
        BinaryPrimitives.WriteInt32LittleEndian(destination[117..], ChunkLength);
    }

    public byte[] Encode()
    {
        byte[] bytes = new byte[HeaderLength + Chunks.Length];
        WriteHeader(bytes);
        Chunks.Span.CopyTo(bytes.AsSpan(HeaderLength));
        return bytes;
    }

    /// <summary>The frame aliases <paramref name="bytes"/>.</summary>
    /// <exception cref="MalformedDataException">Not a frame, or beyond <paramref name="limits"/>.</exception>
    public static ChunkFrame Decode(ReadOnlyMemory<byte> bytes, MessageLimits limits)
    {
        if (bytes.Length > limits.FrameBytes)
        {
            throw new MalformedDataException(Subject, 0, $"at most {limits.FrameBytes} bytes", $"{bytes.Length} bytes");
        }

        var reader = new CanonicalReader(Subject, bytes, limits);
        ReadOnlySpan<byte> magic = reader.Raw(Magic.Length, "\"CNCF\"").Span;
        if (!magic.SequenceEqual(Magic))
        {
            throw new MalformedDataException(Subject, 0, "\"CNCF\"", Convert.ToHexString(magic));
        }

        reader.UInt8(Version, Version, "frame version");
        AttemptId attempt = reader.Attempt();
        Digest source = reader.Digest();
        int first = reader.Int32(0, limits.Chunks - 1, "a first chunk");
        int count = reader.Int32(1, limits.Chunks - first, "a number of chunks");
        int chunkLength = reader.Int32(1, limits.FrameBytes, "a chunk's length");
        long expected = (long)count * chunkLength;
        if (expected != reader.Remaining)
        {
            throw reader.Malformed(reader.Offset, $"{expected} bytes of chunks", $"{reader.Remaining}");
        }

        return new ChunkFrame
        {
            Attempt = attempt,
            Source = source,
            First = first,
            Count = count,
            Chunks = reader.Raw((int)expected, "chunks"),
        };
    }

    /// <summary>The first chunk of this frame that has not the digest it should, or null when all do.</summary>
    /// <param name="digests">Of all chunks of the source, in order.</param>
    public int? FirstWrongChunk(ImmutableArray<Digest> digests)
    {
        for (int i = 0; i < Count; i++)
        {
            if (First + i >= digests.Length || Digest.Of(Chunk(i).Span) != digests[First + i])
            {
                return First + i;
            }
        }

        return null;
    }
}
