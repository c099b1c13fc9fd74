using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// The aggregator tells key holders that nothing of a session is asked for any more: they erase its keys. It can say so too
/// early, which ends the session, as it can in other ways; a key holder that is not told erases them when it has heard nothing
/// for long.
/// </summary>
public sealed record SessionEnded : IStatement<SessionEnded>
{
    public static MessageType Type => MessageType.SessionEnded;

    public static string Domain => "consortium/1/session-ended";

    public static PartyRole Signer => PartyRole.Aggregator;

    public required ConsortiumDigest Consortium { get; init; }

    public required SessionId Session { get; init; }

    public static SessionEnded Read(ref CanonicalReader reader) => new()
    {
        Consortium = reader.Consortium(),
        Session = reader.Session(),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Digest(Consortium.Value);
        writer.Digest(Session.Value);
    }
}
