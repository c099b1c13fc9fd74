using Consortium.Hosting.Daemons;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Sessions;

namespace Consortium.Aggregator;

/// <summary>
/// Reports each session's status to the operator: at once when the operator sent something, otherwise at ticks and only what
/// changed. A round that lasts no longer than a tick is not reported, because another message follows it anyway. A restart
/// forgets what was reported.
/// </summary>
internal sealed class StatusReports(Party party)
{
    private readonly Dictionary<SessionId, (AttemptId Seen, string Reported)> _reported = [];

    public void Report(SessionTransaction transaction, AggregatorSession session) =>
        Send(transaction, session.StatusAt(party.Now));

    public void ReportNews(SessionTransaction transaction, AggregatorSession session)
    {
        SessionStatusReported status = session.StatusAt(party.Now);
        (AttemptId seen, string reported) = _reported.GetValueOrDefault(session.Session, (default, string.Empty));
        if (status.Condition == SessionCondition.Running && seen != status.Attempt)
        {
            _reported[session.Session] = (status.Attempt, reported);
        }
        else if (reported != Essence(status))
        {
            Send(transaction, status);
        }
    }

    private void Send(SessionTransaction transaction, SessionStatusReported status)
    {
        _reported[status.Attempt.Session] = (status.Attempt, Essence(status));
        transaction.Send(party.Sign(status), party.Configuration.Operator.Id);
    }

    /// <summary>All of it but the time.</summary>
    private static string Essence(SessionStatusReported status) =>
        $"{status.Attempt} {status.Phase} {status.Condition} {status.ControlSequence} {string.Join(' ', status.Waiting)}";
}
