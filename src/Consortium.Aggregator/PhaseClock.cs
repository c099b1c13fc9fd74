using System.Collections.Concurrent;
using System.Collections.Immutable;
using Consortium.Hosting.Telemetry;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;
using Consortium.Protocol.Sessions;

namespace Consortium.Aggregator;

/// <summary>How the last session stands, for people, and how long their rounds stay in each phase. Thread-safe.</summary>
internal sealed class PhaseClock(TimeProvider time)
{
    private readonly ConcurrentDictionary<SessionId, (string Phase, long Since)> _phases = new();
    private volatile string _text = "no session yet";

    public override string ToString() => _text;

    /// <summary>Looks at a session after it changed.</summary>
    public void Note(AggregatorSession session)
    {
        AggregatorRound round = session.Round;
        string phase = session.IsCompleted ? "completed" : round.Phase.ToString().ToLowerInvariant();
        ImmutableArray<PartyId> missing = round.Phase == RoundPhase.Collecting ? round.Missing() : [];
        _text = missing.IsEmpty
            ? $"{round.Attempt}: {phase}"
            : $"{round.Attempt}: {phase}, waits for {string.Join(", ", missing)}";
        (string Phase, long Since) now = (phase, time.GetTimestamp());
        (string Phase, long Since) before = _phases.GetOrAdd(session.Session, now);
        if (before.Phase != phase && _phases.TryUpdate(session.Session, now, before))
        {
            Instruments.RecordPhase(before.Phase, time.GetElapsedTime(before.Since, now.Since));
        }
    }
}
