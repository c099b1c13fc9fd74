using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// The aggregator tells the operator where a session stands and whom it waits for. For people: nothing is decided by it.
/// </summary>
public sealed record SessionStatusReported : IStatement<SessionStatusReported>
{
    public static MessageType Type => MessageType.SessionStatusReported;

    public static string Domain => "consortium/1/session-status";

    public static PartyRole Signer => PartyRole.Aggregator;

    public required AttemptId Attempt { get; init; }

    public required RoundPhase Phase { get; init; }

    public required SessionCondition Condition { get; init; }

    /// <summary>Of the operator's last word that holds; 0 when there was none.</summary>
    public required int ControlSequence { get; init; }

    /// <summary>
    /// Whom the phase waits for, in order: banks for their updates or their models, key holders for keys, approvals or releases.
    /// </summary>
    public required ImmutableArray<PartyId> Waiting { get; init; }

    /// <summary>Unix milliseconds, by the aggregator's clock.</summary>
    public required long At { get; init; }

    public ConsortiumDigest Consortium => Attempt.Consortium;

    public static SessionStatusReported Read(ref CanonicalReader reader) => new()
    {
        Attempt = reader.Attempt(),
        Phase = (RoundPhase)reader.UInt8(1, (int)RoundPhase.AwaitingKeys, "a phase"),
        Condition = (SessionCondition)reader.UInt8(1, (int)SessionCondition.Stalled, "a condition"),
        ControlSequence = reader.Int32(0, int.MaxValue, "a sequence number"),
        Waiting = Lists.Parties(ref reader, "waiting parties"),
        At = reader.Int64(),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Attempt(Attempt);
        writer.UInt8((int)Phase);
        writer.UInt8((int)Condition);
        writer.Int32(ControlSequence);
        Lists.Write(writer, Waiting);
        writer.Int64(At);
    }
}
