using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A bank's opening proof for a disputed place, with what is for one key holder. The same bytes however often it is asked for.
/// </summary>
public sealed record OpeningProofSubmitted : Message
{
    public override MessageType Type => MessageType.OpeningProofSubmitted;

    public override PartyId Sender => Manifest.Sender;

    public override Digest Digest => Manifest.Digest;

    public required Signed<OpeningProofManifest> Manifest { get; init; }

    /// <summary>The key holder that the sealed part is for.</summary>
    public required PartyId Holder { get; init; }

    public required ReadOnlyMemory<byte> SealedShare { get; init; }

    internal static OpeningProofSubmitted Read(ref CanonicalReader reader) => new()
    {
        Manifest = Signed<OpeningProofManifest>.Read(ref reader),
        Holder = reader.Party(),
        SealedShare = reader.Bytes(SealedOpeningProof.MaximumBytes, "the sealed part of an opening proof"),
    };

    internal override void Write(CanonicalWriter writer)
    {
        Manifest.Write(writer);
        writer.Party(Holder);
        writer.Bytes(SealedShare.Span);
    }
}
