using System.CommandLine;
using System.Globalization;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Data;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Learning.Payments.Outcomes;
using Consortium.Participant.Data;
using Consortium.Primitives;

namespace Consortium.Cli.Models;

/// <summary>One bank's payments with their features, read as its daemon reads them.</summary>
internal static class BankRows
{
    public static readonly Argument<string[]> Payments = new("PAYMENTS")
    {
        Description =
            "Files of the bank's payments (CSV, Parquet, messages) and of outcomes, or folders of them: all of its history, for "
                + "features look back",
        Arity = ArgumentArity.OneOrMore,
    };

    public static readonly Option<string> Bank = new("--bank")
    {
        Description = "The bank as the files name it",
        HelpName = "CODE",
        Required = true,
    };

    public static readonly Option<DateTime?> From = new("--from")
    {
        Description = "Take payments from this day on; earlier ones are history only",
        HelpName = "YYYY-MM-DD",
        CustomParser = result => DateTime.TryParseExact(
            result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime day)
            ? day
            : Wrong(result, $"--from takes a day such as 2026-03-01, not '{result.Tokens[0].Value}'."),
    };

    public static readonly Option<int> AlertsPerDay = new("--alerts-per-day")
    {
        Description = "How many alerts the bank's analysts work a day",
        DefaultValueFactory = _ => 50,
        Validators = { result => Require(result) },
    };

    public static readonly Option<int> MaximumBadRows = new("--maximum-bad-rows")
    {
        Description = "Malformed rows of a file that are left out",
        DefaultValueFactory = _ => 0,
    };

    /// <exception cref="CommandException">No file is there, or none has payments of the bank.</exception>
    /// <exception cref="PaymentFileException">A file cannot be read.</exception>
    public static BankData Read(Terminal terminal, ParseResult parsed)
    {
        string code = parsed.GetRequiredValue(Bank);
        string[] files = [.. parsed.GetRequiredValue(Payments).SelectMany(FilesOf)];
        var data = new BankData(new BankId(code), parsed.GetValue(MaximumBadRows))
        {
            Zone = parsed.GetValue(BankOptions.Zone),
            Mapping = BankOptions.MappingOf(parsed),
        };
        string[] outcomes = [.. files.Where(OutcomeFile.Is)];
        IEnumerable<BatchReport> reports =
        [
            data.Add(files.Except(outcomes)),
            .. outcomes.Select(
                file => data.TakeOutcomes(OutcomeFile.Read(file, PaymentDates.LatestAt(TimeProvider.System)))),
        ];
        foreach (BatchReport report in reports.Where(report => report.Summary.Length > 0))
        {
            terminal.Note($"Note: {report.Summary}");
        }

        return data.Rows > 0
            ? data
            : throw new CommandException(
                ExitCode.BadInput,
                $"No payment in {string.Join(", ", files)} is bank '{code}''s own. The files name these banks: "
                    + string.Join(", ", data.Accounts.Banks.Select(bank => bank.Value).Order(StringComparer.Ordinal).Take(20))
                    + ". Name one with --bank.");
    }

    /// <summary>What a model looks at.</summary>
    /// <exception cref="CommandException">The model reads columns that this release does not compute.</exception>
    public static FeatureView ViewOf(Model model) => FeatureView.Of(model.SchemaDigest.Span) ?? throw new CommandException(
        ExitCode.BadInput,
        $"Model {Convert.ToHexStringLower(model.Digest.Span)[..16]} reads another release's features: score with "
            + $"the release that trained it.");

    /// <summary>Rows that a view shows; a note says how many it does not show yet.</summary>
    public static int[] Seen(Terminal terminal, BankData data, FeatureView view, IEnumerable<int> rows)
    {
        int[] all = [.. rows], seen = [.. all.Where(row => data.IsSeen(view, row))];
        if (seen.Length < all.Length)
        {
            terminal.Note(
                $"Note: {all.Length - seen.Length} payments are left out: the files do not go on for 24 hours after them.");
        }

        return seen;
    }

    private static IEnumerable<string> FilesOf(string path) =>
        File.Exists(path) ? [path]
        : !Directory.Exists(path) ? throw new CommandException(ExitCode.BadInput, $"There is no file or folder {path}.")
        : PaymentFolder.Read(path).Files is { Count: > 0 } files ? files.Select(name => Path.Combine(path, name))
        : throw new CommandException(ExitCode.BadInput, $"{path} holds no file of payments.");

    private static DateTime? Wrong(System.CommandLine.Parsing.ArgumentResult result, string problem)
    {
        result.AddError(problem);
        return null;
    }

    private static void Require(System.CommandLine.Parsing.OptionResult result)
    {
        if (result.Errors.Any() is false && result.GetValueOrDefault<int>() < 1)
        {
            result.AddError("--alerts-per-day takes 1 or more.");
        }
    }
}
