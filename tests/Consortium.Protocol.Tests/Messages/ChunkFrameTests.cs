using System.Collections.Immutable;
using Consortium.Cryptography;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Tests.Messages;

public sealed class ChunkFrameTests
{
    private static readonly TestConsortium Members = TestConsortium.Instance;
    private static readonly SampleRound Round = new(Members);

    [Fact]
    public void Decode_EncodedFrame_GivesTheSameChunks()
    {
        ChunkFrame frame = ChunkFrame.Decode(Frame().Encode(), Members.Configuration.Limits);
        Assert.Equal((Round.Attempt, 1, 2), (frame.Attempt, frame.First, frame.Count));
        Assert.True(SampleRound.Chunk("bank-a", 2).Span.SequenceEqual(frame.Chunk(1).Span));
        Assert.Null(frame.FirstWrongChunk(Round.ChunkDigests("bank-a")));
    }

    [Fact]
    public void FirstWrongChunk_OneByteChanged_NamesTheChunk()
    {
        byte[] bytes = Frame().Encode();
        bytes[^1] ^= 1;
        Assert.Equal(2, ChunkFrame.Decode(bytes, Members.Configuration.Limits).FirstWrongChunk(Round.ChunkDigests("bank-a")));
    }

    [Fact]
    public void FirstWrongChunk_BeyondTheManifest_NamesTheChunk() =>
        Assert.Equal(3, (Frame() with { First = 3 }).FirstWrongChunk(Round.ChunkDigests("bank-a")));

    [Fact]
    public void Decode_AnyTruncation_IsMalformed()
    {
        byte[] bytes = Frame().Encode();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<MalformedDataException>(
                () => ChunkFrame.Decode(bytes.AsMemory(0, length), Members.Configuration.Limits));
        }
    }

    [Fact]
    public void Decode_MoreThanTheLimit_IsMalformed() =>
        Assert.Throws<MalformedDataException>(
            () => ChunkFrame.Decode(new byte[Members.Configuration.Limits.FrameBytes + 1], Members.Configuration.Limits));

    [Fact]
    public void Capacity_WireChunksInAMebibyte_FillsMostOfIt() =>
        Assert.Equal(18, ChunkFrame.Capacity(Cryptography.Encryption.WireChunk.Size, 1024 * 1024));

    private static ChunkFrame Frame() => new()
    {
        Attempt = Round.Attempt,
        Source = Digest.Of("manifest"u8),
        First = 1,
        Count = 2,
        Chunks = (byte[])[.. SampleRound.Chunk("bank-a", 1).Span, .. SampleRound.Chunk("bank-a", 2).Span],
    };
}
