using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A bank that was away asks for the releases it missed, from this round on.
/// </summary>
public sealed record CatchUpRequested : IStatement<CatchUpRequested>
{
    public static MessageType Type => MessageType.CatchUpRequested;

    public static string Domain => "consortium/1/catch-up-requested";

    public static PartyRole Signer => PartyRole.Participant;

    public required ConsortiumDigest Consortium { get; init; }

    public required SessionId Session { get; init; }

    public required RoundNumber From { get; init; }

    public static CatchUpRequested Read(ref CanonicalReader reader) => new()
    {
        Consortium = reader.Consortium(),
        Session = reader.Session(),
        From = reader.Round(),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Digest(Consortium.Value);
        writer.Digest(Session.Value);
        writer.Int32(From.Value);
    }
}
