using Consortium.Hosting.Daemons;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Sessions;

namespace Consortium.Aggregator;

/// <summary>
/// Tells the operator where sessions stand: at once when it asked for something, else at ticks and only what is new. A round that lasts no
/// longer than a tick is not told of, for then another message follows it anyway. What was told is forgotten with the process.
/// </summary>
internal sealed class StatusReports(Party party)
{
    private readonly Dictionary<SessionId, (AttemptId Seen, string Told)> _told = [];

    public void Tell(SessionTransaction turn, AggregatorSession session) => Tell(turn, session.Standing(party.Now));

    public void ReportNews(SessionTransaction turn, AggregatorSession session)
    {
        SessionStatusReported standing = session.Standing(party.Now);
        (AttemptId seen, string told) = _told.GetValueOrDefault(session.Session, (default, string.Empty));
        if (standing.Condition == SessionCondition.Running && seen != standing.Attempt)
        {
            _told[session.Session] = (standing.Attempt, told);
        }
        else if (told != Essence(standing))
        {
            Tell(turn, standing);
        }
    }

    private void Tell(SessionTransaction turn, SessionStatusReported standing)
    {
        _told[standing.Attempt.Session] = (standing.Attempt, Essence(standing));
        turn.Send(party.Sign(standing), party.Configuration.Operator.Id);
    }

    /// <summary>All of it but the time.</summary>
    private static string Essence(SessionStatusReported standing) =>
        $"{standing.Attempt} {standing.Phase} {standing.Condition} {standing.ControlSequence} {string.Join(' ', standing.Waiting)}";
}
