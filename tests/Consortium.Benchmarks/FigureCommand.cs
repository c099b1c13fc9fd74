using System.Runtime.InteropServices;
using Consortium.Testing;

namespace Consortium.Benchmarks;

/// <summary>
/// <c>figures GROUP [--data FOLDER] [--only PART] [--rows N] [--json] [--save]</c>: measures one group in this process.
/// </summary>
internal static class FigureCommand
{
    private static readonly Dictionary<string, Action<FigureReport, FigureOptions>> Groups = new()
    {
        ["cryptography"] = Cryptography.CryptographyFigures.Measure,
        ["scoring"] = Cryptography.ScoringFigures.Measure,
        ["votes"] = Cryptography.BallotFigures.Measure,
        ["ledger"] = Protocol.LedgerFigures.Measure,
        ["lattice"] = Cryptography.LatticeFigures.Measure,
        ["bus"] = Hosting.BusFigures.Measure,
        ["round"] = Hosting.RoundFigures.Measure,
        ["reading"] = Learning.ReadingFigures.Measure,
        ["learning"] = Learning.LearningFigures.Measure,
        ["across"] = Learning.AcrossFigures.Measure,
        ["risk"] = Learning.RiskFigures.Measure,
        ["poisoning"] = Learning.Poisoning.PoisoningFigures.Measure,
    };

    public static int Run(string[] args)
    {
        if (args.Length == 0 || !Groups.TryGetValue(args[0], out Action<FigureReport, FigureOptions>? measure))
        {
            Console.Error.WriteLine(
                $"usage: figures {{{string.Join('|', Groups.Keys)}}} [--data FOLDER] [--only PART] [--rows N] [--json] [--save]");
            return 2;
        }

        FigureOptions options = FigureOptions.Parse(args[1..]);
        var report = new FigureReport();
        try
        {
            measure(report, options);
        }
        catch (Exception exception) when (Missing(exception) is { } missing)
        {
            Console.Error.WriteLine(missing.Message);
            return 2;
        }

        if (options.Json)
        {
            Console.WriteLine(report.ToJson());
        }
        else
        {
            Console.WriteLine(
                $"{RuntimeInformation.OSArchitecture}, {FigureOptions.ProcessorName()}, .NET {Environment.Version}");
            report.WriteTable(Console.Out);
        }

        if (options.Save)
        {
            options.SaveResult(args[0], report);
        }

        return 0;
    }

    /// <summary>What the machine lacks, however deep a group's tasks wrapped it.</summary>
    private static BrokerMissingException? Missing(Exception? exception) => exception switch
    {
        BrokerMissingException missing => missing,
        AggregateException many => many.InnerExceptions.Select(Missing).FirstOrDefault(missing => missing is not null),
        { InnerException: { } inner } => Missing(inner),
        _ => null,
    };
}
