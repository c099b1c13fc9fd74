using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// The operator pauses, resumes or ends a session. Of two of them the one of the higher sequence number holds.
/// </summary>
public sealed record SessionControl : IStatement<SessionControl>
{
    public static MessageType Type => MessageType.SessionControl;

    public static string Domain => "consortium/1/session-control";

    public static PartyRole Signer => PartyRole.Operator;

    public required ConsortiumDigest Consortium { get; init; }

    public required SessionId Session { get; init; }

    /// <summary>Counted from 1 within the session.</summary>
    public required int Sequence { get; init; }

    public required SessionAction Action { get; init; }

    /// <summary>For people.</summary>
    public required string Reason { get; init; }

    public static SessionControl Read(ref CanonicalReader reader) => new()
    {
        Consortium = reader.Consortium(),
        Session = reader.Session(),
        Sequence = reader.Int32(1, int.MaxValue, "a sequence number"),
        Action = (SessionAction)reader.UInt8(1, 3, "a session action"),
        Reason = reader.Text(),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Digest(Consortium.Value);
        writer.Digest(Session.Value);
        writer.Int32(Sequence);
        writer.UInt8((int)Action);
        writer.Text(Reason);
    }
}
