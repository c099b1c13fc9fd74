using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Operator.Sessions;

/// <summary>A session as commands print it.</summary>
public sealed record SessionView(
    string Session,
    string Name,
    string Status,
    string Detail,
    string? State,
    VoteTally? Vote,
    int Round,
    int? Rounds,
    DateTimeOffset Since,
    IReadOnlyList<string> Waiting,
    IReadOnlyList<SessionView.Rejection> Rejections,
    IReadOnlyList<SessionView.Divergence> Diverged,
    PlanView? Plan)
{
    public static SessionView Of(SessionLog log, ConsortiumConfiguration configuration)
    {
        SessionOutcome outcome = log.Outcome(configuration.Aggregator.Id);
        return new SessionView(
            log.Session.ToString(),
            log.Name,
            outcome.Kind.ToString().ToLowerInvariant(),
            outcome.Detail,
            outcome.State?.ToString(),
            outcome.Vote,
            log.Rounds.LastOrDefault()?.Number.Value ?? 0,
            log.Plan?.Rounds,
            DateTimeOffset.FromUnixTimeMilliseconds(log.Since),
            outcome.IsOver || log.Status is null ? [] : [.. log.Status.Waiting.Select(party => party.Name)],
            [.. log.Rejections.Select(rejection => new Rejection(
                rejection.By.Name, rejection.Rejected.SubjectType.ToString(), rejection.Rejected.Reason.ToString(),
                rejection.Rejected.Detail, DateTimeOffset.FromUnixTimeMilliseconds(rejection.At)))],
            [
                .. log.Diverged().Select(
                    diverged => new Divergence(
                        diverged.Bank.Name, diverged.Round.Value, diverged.Own.ToString(), diverged.Others.ToString())),
            ],
            log.Plan is null ? null : PlanView.Of(log.Plan));
    }

    /// <summary>What a party would not do, and why.</summary>
    public sealed record Rejection(string By, string Subject, string Reason, string Detail, DateTimeOffset At);

    /// <summary>A bank whose model is not the others'.</summary>
    public sealed record Divergence(string Bank, int Round, string Own, string Others);
}
