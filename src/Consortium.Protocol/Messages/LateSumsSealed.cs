using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A key holder gives a bank what opens the share-sums that it released before the two agreed a secret: it sealed these to a
/// secret that it drew for the bank, and now seals that one to it.
/// </summary>
public sealed record LateSumsSealed : IStatement<LateSumsSealed>
{
    /// <summary>Bytes of <see cref="Sealed"/>.</summary>
    public const int SealedLength = SessionSecret.StateLength + SessionSecret.Overhead;

    private const string Purpose = "consortium/1/late-sums";

    public static MessageType Type => MessageType.LateSumsSealed;

    public static string Domain => "consortium/1/late-sums-sealed";

    public static PartyRole Signer => PartyRole.KeyHolder;

    public required ConsortiumDigest Consortium { get; init; }

    public required SessionId Session { get; init; }

    public required PartyId Bank { get; init; }

    /// <summary>The round whose key of the agreed secret it is sealed under; 0 before the first.</summary>
    public required int Round { get; init; }

    public required ReadOnlyMemory<byte> Sealed { get; init; }

    public static LateSumsSealed Read(ref CanonicalReader reader) => new()
    {
        Consortium = reader.Consortium(),
        Session = reader.Session(),
        Bank = reader.Party(),
        Round = reader.Int32(0, RoundNumber.Maximum, "a round"),
        Sealed = reader.Raw(SealedLength, "a sealed secret"),
    };

    /// <summary>The context to seal under, and to open under.</summary>
    public static EnvelopeContext Context(
        ConsortiumDigest consortium, SessionId session, int round, PublicIdentity keyHolder) => new()
        {
            Consortium = consortium.Value.ToArray(),
            Session = session.Value.ToArray(),
            Round = round,
            Attempt = 0,
            Sender = keyHolder,
            Purpose = Purpose,
        };

    public void Write(CanonicalWriter writer)
    {
        writer.Digest(Consortium.Value);
        writer.Digest(Session.Value);
        writer.Party(Bank);
        writer.Int32(Round);
        writer.Raw(Sealed.Span);
    }
}
