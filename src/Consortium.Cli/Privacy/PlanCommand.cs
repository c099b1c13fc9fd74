using System.CommandLine;
using System.Globalization;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Ledgers;
using Consortium.Cli.Sessions;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;
using Spectre.Console;

namespace Consortium.Cli.Privacy;

/// <summary><c>privacy plan</c>: what a plan would tell, what each setting changes, and what is left; nothing is sent.</summary>
internal static class PlanCommand
{
    private static readonly Option<FileInfo?> Ledger = new("--ledger")
    {
        Description = "A bank's or key holder's export (`ledger export`): counts what earlier sessions used",
        HelpName = "FILE",
    };

    public static Verb Create(Terminal terminal) => Verb.Create(
        "plan",
        "What a plan with noise would cost, what each setting changes, and what is left of the budget",
        [
            "privacy plan --first-day 2026-01-01 --last-day 2026-06-30 --epsilon 4",
            "privacy plan --first-day 2026-01-01 --last-day 2026-06-30 --epsilon 4 --ledger supervisor.ledger.json --json",
        ],
        [.. PlanOptions.All, Ledger, CommonOptions.Json, CommonOptions.Folder],
        (parsed, _) => Task.FromResult(Run(terminal, parsed)));

    private static ExitCode Run(Terminal terminal, ParseResult parsed)
    {
        ConsortiumConfiguration configuration = OperatorFiles.Home(parsed).ReadConfiguration();
        if (!NoiseOptions.IsGiven(parsed))
        {
            throw new CommandException(
                ExitCode.BadInput,
                "Give --epsilon: without noise a plan has no cost that could be counted, for exact sums have no bound.");
        }

        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        SessionPlan plan = PlanOptions.Read(parsed, configuration, now);
        ParticipationLedger ledger = parsed.GetValue(Ledger) is { } export
            ? LedgerExport.Read(export.FullName, configuration)
            : ParticipationLedger.Begin(configuration.Operator.Id);
        PlanCost cost = PlanCost.Of(plan, configuration, ledger, isCounted: parsed.GetValue(Ledger) is not null);
        terminal.WriteResult(parsed, cost, shown => Print(terminal, shown));
        return cost.Fits ? ExitCode.Done : ExitCode.DoesNotHold;
    }

    private static void Print(Terminal terminal, PlanCost cost)
    {
        terminal.Out.WriteLine(cost.Sentence);
        Table pairs = new Table().Border(TableBorder.None).HideHeaders().AddColumns("what", "is");
        foreach ((string what, string value) in ((string, string)[])
            [
                ("cost", Text($"rho {cost.Rho:0.######} over {cost.Rounds} rounds, {cost.Rho / cost.Rounds:0.#########} each")),
                ("noise", string.Create(
                    CultureInfo.InvariantCulture,
                    $"each sum's has a standard deviation of {cost.Deviation:0.#} payments, with {cost.SilentBanks} of "
                        + $"{cost.LeastBanks} banks adding none; each bank's, of {cost.DeviationOfBank:0.#}")),
                ("budget", Text($"{cost.Budget} over any one day: rho {cost.BudgetRho:0.######}")),
                ("left", string.Create(
                    CultureInfo.InvariantCulture,
                    $"rho {cost.LeftRho:0.######}, as epsilon {cost.LeftEpsilon:0.###}; after this plan epsilon "
                        + $"{cost.LeftAfter:0.###}")),
                ("ledger", cost.IsCounted
                    ? "counted"
                    : "none given: earlier sessions are not counted. Name an export with --ledger"),
                ("verdict", cost.Rejection ?? "key holders and banks would allow it"),
            ])
        {
            pairs.AddRow(new Text(what), new Text(value));
        }

        terminal.Page.Write(pairs);
        var table = new Table().Border(TableBorder.Simple).AddColumns("if", "noise of a sum", "noise of a bank", "epsilon");
        foreach (PlanCost.Change change in cost.Changes)
        {
            table.AddRow(
                new Text(change.Setting),
                new Text(Text($"{change.Deviation:0.#}")),
                new Text(Text($"{change.DeviationOfBank:0.#}")),
                new Text(Text($"{change.Epsilon:0.###}")));
        }

        terminal.Page.Write(table);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
