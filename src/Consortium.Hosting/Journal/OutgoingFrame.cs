using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Journal;

/// <summary>A frame that a transition wants sent: its bytes, or the name of bytes that the blob store holds.</summary>
public sealed record OutgoingFrame
{
    private OutgoingFrame(PartyId to, ReadOnlyMemory<byte>? body, Digest? blob)
    {
        To = to;
        Body = body;
        Blob = blob;
    }

    public PartyId To { get; }

    internal ReadOnlyMemory<byte>? Body { get; }

    internal Digest? Blob { get; }

    public static OutgoingFrame Of(PartyId to, ReadOnlyMemory<byte> body) => new(to, body, null);

    /// <summary>The blob must be stored already, and stay until the frame is sent: see <see cref="Outbox.BlobsAsync"/>.</summary>
    public static OutgoingFrame OfBlob(PartyId to, Digest blob) => new(to, null, blob);
}
