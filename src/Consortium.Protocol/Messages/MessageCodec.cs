using Consortium.Cryptography;
using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Messages as bytes: a version, a type, and the message's canonical bytes to the end. Decoding proves that bytes are well-formed
/// and canonical; who said them is for <see cref="MessageGate"/>.
/// </summary>
public static class MessageCodec
{
    /// <summary>Changes with any change to any message's bytes.</summary>
    public const byte Version = 1;

    public static byte[] Encode(Message message)
    {
        var writer = new CanonicalWriter();
        writer.UInt8(Version);
        writer.UInt8((int)message.Type);
        message.Write(writer);
        return writer.ToArray();
    }

    /// <summary>The message aliases <paramref name="bytes"/>, which must not change while it lives.</summary>
    /// <exception cref="MalformedDataException">Not a message, or beyond <paramref name="limits"/>.</exception>
    public static Message Decode(ReadOnlyMemory<byte> bytes, MessageLimits limits)
    {
        if (bytes.Length > limits.MessageBytes)
        {
            throw new MalformedDataException("message", 0, $"at most {limits.MessageBytes} bytes", $"{bytes.Length} bytes");
        }

        var reader = new CanonicalReader("message", bytes, limits);
        reader.UInt8(Version, Version, "message version");
        int at = reader.Offset;
        var type = (MessageType)reader.UInt8();
        Message message = type switch
        {
            MessageType.SessionPlan => Signed<SessionPlan>.Read(ref reader),
            MessageType.SessionControl => Signed<SessionControl>.Read(ref reader),
            MessageType.RoundOpened => Signed<RoundOpened>.Read(ref reader),
            MessageType.CohortApproval => Signed<CohortApproval>.Read(ref reader),
            MessageType.ModelAdvanced => Signed<ModelAdvanced>.Read(ref reader),
            MessageType.AttemptAbandoned => Signed<AttemptAbandoned>.Read(ref reader),
            MessageType.Rejected => Signed<Rejected>.Read(ref reader),
            MessageType.CatchUpRequested => Signed<CatchUpRequested>.Read(ref reader),
            MessageType.UpdateSubmitted => UpdateSubmitted.Read(ref reader),
            MessageType.CohortClosed => CohortClosed.Read(ref reader),
            MessageType.ApprovalsRelayed => ApprovalsRelayed.Read(ref reader),
            MessageType.ShareSumReleased => ShareSumReleased.Read(ref reader),
            MessageType.AggregateReleased => AggregateReleased.Read(ref reader),
            MessageType.SessionStatusReported => Signed<SessionStatusReported>.Read(ref reader),
            MessageType.RoundRecorded => RoundRecorded.Read(ref reader),
            MessageType.SumDisputed => Signed<SumDisputed>.Read(ref reader),
            MessageType.DisputeRelayed => DisputeRelayed.Read(ref reader),
            MessageType.OpeningProofSubmitted => OpeningProofSubmitted.Read(ref reader),
            MessageType.OpeningProofRelayed => OpeningProofRelayed.Read(ref reader),
            MessageType.OpeningProofJudged => Signed<OpeningProofJudged>.Read(ref reader),
            _ => throw reader.Malformed(at, "the type of a message", $"{(byte)type}"),
        };
        reader.End();
        return message;
    }
}
