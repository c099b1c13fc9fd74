using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Journal;

/// <summary>A frame that a transition wants sent: its bytes, or the name of bytes that the blob store holds.</summary>
public sealed record OutgoingFrame
{
    private OutgoingFrame(PartyId to, ReadOnlyMemory<byte>? body, Digest? blob, string? trace)
    {
        To = to;
        Body = body;
        Blob = blob;
        Trace = trace;
    }

    public PartyId To { get; }

    internal ReadOnlyMemory<byte>? Body { get; }

    internal Digest? Blob { get; }

    /// <summary>The round's trace; null leaves the frame in the trace that it is made in.</summary>
    internal string? Trace { get; }

    internal static OutgoingFrame Of(PartyId to, ReadOnlyMemory<byte> body) => new(to, body, null, null);

    /// <summary>One message to each of these, encoded once.</summary>
    public static IEnumerable<OutgoingFrame> Of(IEnumerable<PartyId> to, Message message)
    {
        byte[] body = MessageCodec.Encode(message);
        string? trace = RoundTrace.ParentOf(message);
        return to.Select(recipient => new OutgoingFrame(recipient, body, null, trace));
    }

    /// <summary>The blob must be stored already, and stay until the frame is sent: see <see cref="Outbox.BlobsAsync"/>.</summary>
    /// <param name="attempt">What its chunks are for.</param>
    public static OutgoingFrame OfBlob(PartyId to, Digest blob, AttemptId attempt) =>
        new(to, null, blob, RoundTrace.ParentOf(attempt));
}
