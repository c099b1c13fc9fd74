using System.Diagnostics;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Benchmarks.Hosting;

/// <summary>When each round of a session was over: all its banks have said which state they reached.</summary>
internal sealed class RoundClock(int banks)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AttemptId, HashSet<PartyId>> _advanced = [];
    private readonly Dictionary<(SessionId Session, int Round), long> _ends = [];

    public void Receive(Message message)
    {
        if (message is not Signed<ModelAdvanced> { Statement.Attempt: var attempt } advanced)
        {
            return;
        }

        lock (_lock)
        {
            if (!_advanced.TryGetValue(attempt, out HashSet<PartyId>? of))
            {
                _advanced.Add(attempt, of = []);
            }

            if (of.Add(advanced.Sender) && of.Count == banks)
            {
                _ends.Add((attempt.Session, attempt.Round.Value), Stopwatch.GetTimestamp());
            }
        }
    }

    /// <summary>Seconds from the end of each round to the end of the next.</summary>
    public IEnumerable<double> Seconds(SessionId session, int rounds)
    {
        lock (_lock)
        {
            return [.. Enumerable.Range(2, rounds - 1).Select(
                round => Stopwatch.GetElapsedTime(_ends[(session, round - 1)], _ends[(session, round)]).TotalSeconds)];
        }
    }
}
