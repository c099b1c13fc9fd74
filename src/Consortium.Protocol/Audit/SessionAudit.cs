using System.Collections.Immutable;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Audit;

/// <summary>
/// How the released rounds of one session follow each other. Each round is checked by itself in <see cref="RoundAudit"/>.
/// </summary>
public static class SessionAudit
{
    /// <param name="plan">The session's plan.</param>
    /// <param name="rounds">Released rounds, in order.</param>
    /// <param name="first">The round that they are to begin with, where not all were asked for.</param>
    public static ImmutableArray<AuditFinding> Check(
        SessionPlan plan, IReadOnlyList<RetainedRound> rounds, RoundNumber first = default)
    {
        var findings = ImmutableArray.CreateBuilder<AuditFinding>();
        StateDigest? expected = first == RoundNumber.First ? plan.InitialState : null;
        RoundNumber next = first;
        foreach (RetainedRound round in rounds)
        {
            Cohort cohort = round.Cohort.Statement;
            if (cohort.Attempt.Round < next)
            {
                findings.Add(
                    new AuditFinding(
                        AuditCheck.Session, cohort.Attempt.Round, round.Cohort.Sender, null, "the round was released twice"));
                continue;
            }

            if (cohort.Attempt.Round > next)
            {
                findings.Add(new AuditFinding(
                    AuditCheck.Session, next, round.Cohort.Sender, null,
                    next.Next == cohort.Attempt.Round
                        ? "the round is missing"
                        : $"this round and those after it are missing, to round {cohort.Attempt.Round}"));
                expected = null;
            }

            if (expected is StateDigest start && cohort.StartedFrom != start)
            {
                findings.Add(new AuditFinding(
                    AuditCheck.Session, cohort.Attempt.Round, null, null,
                    $"started from {cohort.StartedFrom}; the round before led to {start}"));
            }

            expected = round.Advances.GroupBy(advance => advance.Statement.State).MaxBy(state => state.Count())?.Key;
            next = cohort.Attempt.Round.Value == RoundNumber.Maximum ? cohort.Attempt.Round : cohort.Attempt.Round.Next;
        }

        return findings.ToImmutable();
    }
}
