using Consortium.Cli.CommandLine;
using Consortium.Operator.Sessions;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Sessions;

/// <summary>A watched session as lines, for logs and pipes: one for each thing that happens.</summary>
internal sealed class SessionLines(Terminal terminal, PartyId aggregator)
{
    private readonly HashSet<RoundNumber> _opened = [];
    private readonly HashSet<RoundNumber> _released = [];
    private readonly HashSet<(PartyId, RoundNumber)> _diverged = [];
    private readonly HashSet<string> _accounts = [];
    private int _rejections;
    private string _detail = string.Empty;

    /// <summary>Says what is new since the last time.</summary>
    public void Tell(SessionLog log)
    {
        foreach (RoundLog round in log.Rounds)
        {
            if (round.OpenedAt is not null && _opened.Add(round.Number))
            {
                terminal.Note($"round {round.Number} opened");
            }

            if (round.Recorded is { } recorded && _released.Add(round.Number))
            {
                terminal.Note(
                    $"round {round.Number} released: {recorded.Cohort.Statement.Members.Length} banks, approved by "
                        + $"{Names(recorded.Approvals.Select(approval => approval.Sender))}, released by "
                        + $"{Names(recorded.ShareSums.Select(sum => sum.Sender))}{Took(log, round)}");
            }
        }

        for (; _rejections < log.Rejections.Count; _rejections++)
        {
            RejectionEntry rejection = log.Rejections[_rejections];
            terminal.Note(
                $"{rejection.By} rejected a {rejection.Rejected.SubjectType}: {rejection.Rejected.Reason}, "
                    + $"{rejection.Rejected.Detail}");
        }

        foreach ((PartyId bank, RoundNumber round, _, _) in log.Diverged())
        {
            if (_diverged.Add((bank, round)))
            {
                terminal.Note($"round {round}: {bank} reached another state than most banks");
            }
        }

        foreach (RoundLog round in log.Rounds.Where(round => round.Dispute is not null))
        {
            if (_accounts.Add($"{round.Number}"))
            {
                terminal.Note($"round {round.Number} never opens, at {round.Dispute}: every bank is asked to prove its opening");
            }

            foreach (
                OpeningProofStatus account in round.OpeningProofs.Where(
                    account => account.Cleared.Count + account.Against.Count > 0
                        && _accounts.Add($"{round.Number} {account.Bank} {account}")))
            {
                terminal.Note($"round {round.Number}: {account.Bank} {account}");
            }
        }

        SessionOutcome outcome = log.Outcome(aggregator);
        if (!outcome.IsOver && outcome.Detail != _detail)
        {
            _detail = outcome.Detail;
            if (outcome.Kind != OutcomeKind.Running || outcome.Detail.Contains("waits", StringComparison.Ordinal))
            {
                terminal.Note($"{outcome.Kind.ToString().ToLowerInvariant()}: {outcome.Detail}");
            }
        }
    }

    private static string Took(SessionLog log, RoundLog round) =>
        log.Rounds.FirstOrDefault(known => known.Number.Value + 1 == round.Number.Value) is { } before
            && log.Seconds(before) is double seconds
            ? $" (round {before.Number} took {SessionTables.Seconds(seconds)} s)"
            : string.Empty;

    private static string Names(IEnumerable<PartyId> parties) => string.Join(", ", parties);
}
