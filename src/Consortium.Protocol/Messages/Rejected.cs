using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A party rejected something and says why. Any role may sign it. The subject is the <see cref="Message.Digest"/> of what it
/// rejected.
/// </summary>
public sealed record Rejected : IStatement<Rejected>
{
    public static MessageType Type => MessageType.Rejected;

    public static string Domain => "consortium/1/rejected";

    /// <summary>None in particular.</summary>
    public static PartyRole Signer => default;

    public required ConsortiumDigest Consortium { get; init; }

    public required SessionId Session { get; init; }

    public required MessageType SubjectType { get; init; }

    public required Digest SubjectDigest { get; init; }

    public required RejectionReason Reason { get; init; }

    /// <summary>For people.</summary>
    public required string Detail { get; init; }

    /// <summary>
    /// The subject only came too late. Repeats and crossing messages are part of a round; any other rejection is kept for people.
    /// </summary>
    public bool IsLate =>
        Reason is RejectionReason.WrongRound or RejectionReason.WrongAttempt or RejectionReason.SessionNotRunning;

    /// <summary>The signer has no such session and asks for its plan.</summary>
    public bool AsksForPlan => this is { SubjectType: MessageType.SessionPlan, Reason: RejectionReason.UnknownSession };

    /// <param name="subject">The <see cref="Message.Digest"/> of what is rejected.</param>
    public static Rejected For(
        ConsortiumDigest consortium, SessionId session, MessageType subjectType, Digest subject, Rejection rejection) => new()
        {
            Consortium = consortium,
            Session = session,
            SubjectType = subjectType,
            SubjectDigest = subject,
            Reason = rejection.Reason,
            Detail = rejection.Detail,
        };

    public static Rejected Read(ref CanonicalReader reader) => new()
    {
        Consortium = reader.Consortium(),
        Session = reader.Session(),
        SubjectType = ReadType(ref reader),
        SubjectDigest = reader.Digest(),
        Reason = ReadReason(ref reader),
        Detail = reader.Text(),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Digest(Consortium.Value);
        writer.Digest(Session.Value);
        writer.UInt8((int)SubjectType);
        writer.Digest(SubjectDigest);
        writer.UInt8((int)Reason);
        writer.Text(Detail);
    }

    private static MessageType ReadType(ref CanonicalReader reader)
    {
        int at = reader.Offset;
        var type = (MessageType)reader.UInt8();
        return MessageTable.TryFind(type, out _) ? type : throw reader.Malformed(at, "a message type", $"{(byte)type}");
    }

    private static RejectionReason ReadReason(ref CanonicalReader reader)
    {
        int at = reader.Offset;
        var reason = (RejectionReason)reader.UInt8();
        return Enum.IsDefined(reason) ? reason : throw reader.Malformed(at, "a reason", $"{(int)reason}");
    }
}
