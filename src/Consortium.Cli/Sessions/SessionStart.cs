using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Ledgers;
using Consortium.Operator.Client;
using Consortium.Operator.Sessions;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Sessions;

namespace Consortium.Cli.Sessions;

/// <summary><c>session start</c>: signs a plan, sends it, and waits to hear what becomes of it.</summary>
internal static class SessionStart
{
    private static readonly TimeSpan MoreRejections = TimeSpan.FromSeconds(2);

    private static readonly Option<int> Wait = new("--wait")
    {
        Description = "How long to wait for the banks' word, in seconds",
        DefaultValueFactory = _ => 15,
    };

    private static readonly Option<bool> Watch = new("--watch") { Description = "Watch the session to its end" };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Check the plan and print it; send nothing" };

    private static readonly Option<FileInfo?> Ledger = new("--ledger")
    {
        Description =
            "A bank's or key holder's export (`ledger export`): says beforehand whether ledgers allow the plan, and the nearest "
                + "that they allow",
        HelpName = "FILE",
    };

    public static Verb Create(Terminal terminal) => Verb.Create(
        "start",
        "Sign a plan and have the aggregator start it",
        [
            "session start --first-day 2026-01-01 --last-day 2026-03-31 --name spring --folder consortium-home --watch",
            "session start --first-day 2026-01-01 --last-day 2026-03-31 --dry-run --ledger supervisor.ledger.json",
        ],
        [.. PlanOptions.All, Wait, Watch, DryRun, Ledger, CommonOptions.Json, .. OperatorOptions.Place],
        (parsed, cancellationToken) => RunAsync(terminal, parsed, cancellationToken));

    private static async Task<ExitCode> RunAsync(Terminal terminal, ParseResult parsed, CancellationToken cancellationToken)
    {
        ConsortiumConfiguration configuration = OperatorFiles.Home(parsed).ReadConfiguration();
        SessionPlan plan = PlanOptions.Read(parsed, configuration, TimeProvider.System.GetUtcNow());
        Require(plan, configuration);
        if (parsed.GetValue(Ledger) is { } export)
        {
            RequireLedger(plan, configuration, LedgerExport.Read(export.FullName, configuration));
        }

        if (plan.Cohort == CohortRule.Changing)
        {
            terminal.Note(
                "The cohort may change between rounds: sums whose cohorts differ by one bank let others estimate what that "
                    + "bank adds. Banks whose policy does not allow this will reject.");
        }

        bool json = parsed.GetValue(CommonOptions.Json);
        if (parsed.GetValue(DryRun))
        {
            Print(terminal, json, PlanView.Of(plan));
            return ExitCode.Done;
        }

        return await OperatorRun.ConnectedAsync(
            parsed,
            terminal,
            client => SendAsync(
                terminal, client, plan, TimeSpan.FromSeconds(parsed.GetValue(Wait)), json, parsed.GetValue(Watch),
                cancellationToken),
            cancellationToken);
    }

    /// <summary>Sends the plan and tells what came of it.</summary>
    internal static async Task<ExitCode> SendAsync(
        Terminal terminal, OperatorClient client, SessionPlan plan, TimeSpan wait, bool json, bool watch,
        CancellationToken cancellationToken)
    {
        SessionId session = await client.StartAsync(plan, cancellationToken);
        var log = new SessionLog(session);
        PartyId aggregator = client.Configuration.Aggregator.Id;
        terminal.Note($"Sent the plan of session {log.Session.ToString()[..12]}, '{plan.Name}', to {aggregator}.");
        await client.FollowAsync(log, heard => heard.IsAnswered(aggregator), wait, cancellationToken);

        SessionOutcome outcome = log.Outcome(aggregator);
        if (watch && outcome.Kind is not (OutcomeKind.Sent or OutcomeKind.Rejected))
        {
            return await SessionWatch.FollowAsync(terminal, client, log, json, cancellationToken);
        }

        if (outcome.Kind == OutcomeKind.Rejected && log.Status is not null)
        {
            // One bank's rejection is enough to know; others may have reasons of their own to report.
            await client.FollowAsync(
                log, heard => heard.Rejections.Count >= plan.Participants.Length, MoreRejections, cancellationToken);
            outcome = log.Outcome(aggregator);
        }

        foreach (RejectionEntry rejection in log.Rejections)
        {
            terminal.Note($"{rejection.By} rejected: {rejection.Rejected.Detail}");
        }

        if (json)
        {
            terminal.WriteJson(SessionView.Of(log, client.Configuration));
        }
        else
        {
            terminal.Out.WriteLine($"{session} {outcome.Kind.ToString().ToLowerInvariant()}: {outcome.Detail}");
        }

        if (outcome.Kind == OutcomeKind.Sent)
        {
            terminal.Note(
                $"The plan waits in {aggregator}'s queue at the broker. Is the aggregator running? "
                    + $"`session watch {log.ShortId}` shows when it takes it.");
            return ExitCode.DoesNotHold;
        }

        if (outcome.Kind == OutcomeKind.Rejected && log.Status is not null)
        {
            terminal.Note(
                $"The session cannot go on. When the cause is mended, `session resume {log.ShortId}` sends the plan again; "
                    + $"or end it with `session abort {log.ShortId}`.");
        }

        return outcome.Code;
    }

    /// <exception cref="CommandException">The plan cannot work.</exception>
    private static void Require(SessionPlan plan, ConsortiumConfiguration configuration)
    {
        IReadOnlyList<Problem> problems = PlanCheck.Problems(plan, configuration);
        if (problems.Count > 0)
        {
            throw new CommandException(ExitCode.BadInput, $"The plan cannot work: {string.Join(" ", problems)}");
        }
    }

    /// <exception cref="CommandException">Banks and key holders would reject the plan.</exception>
    private static void RequireLedger(SessionPlan plan, ConsortiumConfiguration configuration, ParticipationLedger ledger)
    {
        var rules = new LedgerRules(
            ledger, configuration.LeastDays, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));
        if (rules.Check(plan, default) is { } conflict)
        {
            throw new CommandException(ExitCode.DoesNotHold, $"Ledgers do not allow this plan. {conflict.Detail}");
        }
    }

    private static void Print(Terminal terminal, bool json, PlanView plan)
    {
        if (json)
        {
            terminal.WriteJson(plan);
        }
        else
        {
            SessionTables.Write(terminal.Page, plan);
        }
    }
}
