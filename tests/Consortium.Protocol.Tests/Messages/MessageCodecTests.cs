using Consortium.Cryptography;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Tests.Messages;

public sealed class MessageCodecTests
{
    private static readonly TestConsortium Members = TestConsortium.Instance;
    private static readonly Message[] Samples = [.. new SampleRound(Members).OneOfEach()];

    public static TheoryData<MessageType> Types => [.. Samples.Select(sample => sample.Type)];

    [Fact]
    public void OneOfEach_CoversEveryTypeThatTravels() =>
        Assert.Equal(
            MessageTable.All.Where(definition => definition.TravelsAlone).Select(definition => definition.Type).Order(),
            Samples.Select(sample => sample.Type).Distinct().Order());

    [Theory, MemberData(nameof(Types))]
    public void Decode_EncodedMessage_EncodesToTheSameBytes(MessageType type)
    {
        byte[] bytes = MessageCodec.Encode(Sample(type));
        Message decoded = MessageCodec.Decode(bytes, Members.Configuration.Limits);
        Assert.Equal(type, decoded.Type);
        Assert.Equal(Sample(type).Digest, decoded.Digest);
        Assert.Equal(bytes, MessageCodec.Encode(decoded));
    }

    [Theory, MemberData(nameof(Types))]
    public void Decode_AnyTruncation_IsMalformed(MessageType type)
    {
        byte[] bytes = MessageCodec.Encode(Sample(type));
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<MalformedDataException>(
                () => MessageCodec.Decode(bytes.AsMemory(0, length), Members.Configuration.Limits));
        }
    }

    [Theory, MemberData(nameof(Types))]
    public void Decode_TrailingByte_IsMalformed(MessageType type)
    {
        byte[] bytes = [.. MessageCodec.Encode(Sample(type)), 0];
        var problem = Assert.Throws<MalformedDataException>(() => MessageCodec.Decode(bytes, Members.Configuration.Limits));
        Assert.Equal(bytes.Length - 1, problem.Offset);
    }

    [Fact]
    public void Decode_LargerThanTheLimit_IsMalformed()
    {
        byte[] bytes = new byte[Members.Configuration.Limits.MessageBytes + 1];
        var problem = Assert.Throws<MalformedDataException>(() => MessageCodec.Decode(bytes, Members.Configuration.Limits));
        Assert.Equal($"at most {Members.Configuration.Limits.MessageBytes} bytes", problem.Expected);
    }

    /// <summary>Where the key begins in the bytes of an offer, and what a hostile key holder puts there.</summary>
    [Theory]
    [InlineData("X25519 key of low order", "large order")]
    [InlineData("no encapsulation key", "coefficients below 3329")]
    public void Decode_HostileSessionKey_IsMalformed(string what, string expected)
    {
        byte[] bytes = MessageCodec.Encode(Sample(MessageType.SessionKeyOffered));
        byte[] key = ((Signed<SessionKeyOffered>)Sample(MessageType.SessionKeyOffered)).Statement.Key.Encode();
        int at = bytes.AsSpan().IndexOf(key);
        bytes.AsSpan(at + (what[0] == 'X' ? 0 : 32), 32).Fill(what[0] == 'X' ? (byte)0 : (byte)0xff);

        var problem = Assert.Throws<MalformedDataException>(() => MessageCodec.Decode(bytes, Members.Configuration.Limits));
        Assert.Contains(expected, problem.Expected, StringComparison.Ordinal);
    }

    private static Message Sample(MessageType type) => Samples.First(sample => sample.Type == type);
}
