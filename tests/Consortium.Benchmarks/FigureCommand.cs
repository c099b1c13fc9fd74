using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Consortium.Learning.Simulation;
using Consortium.Testing;

namespace Consortium.Benchmarks;

/// <summary><c>figures GROUP [options]</c>: measures one group in this process.</summary>
internal static class FigureCommand
{
    private static readonly FigureGroup[] Groups =
    [
        new(
            "cryptography", "encrypting, adding and opening, beside AES-GCM of the same values",
            Cryptography.CryptographyFigures.Measure),
        new("scoring", "payments scored encrypted, beside the same model in the clear", Cryptography.ScoringFigures.Measure)
        {
            Parts = ["models", "service"],
        },
        new("votes", "a ballot: making, checking and counting it", Cryptography.BallotFigures.Measure),
        new("ledger", "deciding whether a cohort may be summed, by the cohorts released before", Protocol.LedgerFigures.Measure),
        new("lattice", "the lattice's strength in every model, by the number of banks", Cryptography.LatticeFigures.Measure),
        new("bus", "ciphertext over RabbitMQ, beside RabbitMQ.Client alone", Hosting.BusFigures.Measure),
        new("round", "whole rounds over RabbitMQ, beside the same sums in the clear", Hosting.RoundFigures.Measure)
        {
            Parts = ["round", "small", "session", "memory"],
        },
        new("reading", "payments from files, beside DuckDB and ParquetSharp", Learning.ReadingFigures.Measure)
        {
            Parts = ["files", "restart"],
            Sized = true,
        },
        new("learning", "features, trees and public bin edges, beside LightGBM", Learning.LearningFigures.Measure)
        {
            Parts = ["features", "edges"],
            ReadsData = true,
        },
        new("across", "what views across banks find, in the worlds of the simulation", Learning.AcrossFigures.Measure)
        {
            Parts = SimulationWorlds.Names,
            Sized = true,
        },
        new("risk", "what the account risk brings, in the worlds of the simulation", Learning.RiskFigures.Measure)
        {
            Parts = SimulationWorlds.Names,
            Sized = true,
        },
        new("poisoning", "what spoiled updates do to the model, and which the vote declines",
            Learning.Poisoning.PoisoningFigures.Measure),
        new("privacy", "what noise costs in precision and time, and what it keeps from a curious bank",
            Privacy.PrivacyFigures.Measure)
        {
            Parts = ["noise", "attack", "table", "turns", "random"],
            ReadsData = true,
        },
    ];

    public static int Run(string[] args)
    {
        var root = new RootCommand("Measures what this project states, both sides of each comparison in one run.");
        foreach (FigureGroup group in Groups)
        {
            root.Subcommands.Add(Describe(group));
        }

        return root.Parse(args).Invoke();
    }

    private static Command Describe(FigureGroup group)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var save = new Option<bool>("--save")
        {
            Description = $"Keep the result in tests/Consortium.Benchmarks/results/{group.Name}.json.",
        };
        var only = new Option<string?>("--only")
        {
            Description = $"Measure one part alone: {string.Join(", ", group.Parts)}.",
            HelpName = "PART",
        };
        only.AcceptOnlyFromAmong([.. group.Parts]);
        var rows = new Option<long?>("--rows")
        {
            Description = "Measure with so many payments instead of the usual number.",
            HelpName = "N",
        };
        rows.Validators.Add(RequirePositive);
        var data = new Option<DirectoryInfo>("--data")
        {
            Description = "The folder of the amlsim12 files.",
            HelpName = "FOLDER",
        };
        data.AcceptExistingOnly();

        var command = new Command(group.Name, $"Measures {group.Summary}.") { json, save };
        if (group.Parts.Count > 0)
        {
            command.Options.Add(only);
        }

        if (group.Sized)
        {
            command.Options.Add(rows);
        }

        if (group.ReadsData)
        {
            command.Options.Add(data);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(save) && (result.GetResult(only) is not null || result.GetResult(rows) is not null))
            {
                result.AddError("--save keeps the whole group at its usual size: leave --only and --rows out.");
            }
        });
        command.SetAction(given => Measure(
            group,
            new FigureOptions(
                group.ReadsData ? given.GetValue(data)?.FullName : null,
                given.GetValue(json),
                given.GetValue(save),
                group.Parts.Count > 0 ? given.GetValue(only) : null,
                group.Sized ? given.GetValue(rows) : null)));
        return command;
    }

    private static void RequirePositive(OptionResult result)
    {
        if (result.Tokens is [{ Value: var text }] && !(long.TryParse(text, out long rows) && rows > 0))
        {
            result.AddError($"--rows takes a number of payments from 1 up, not '{text}'.");
        }
    }

    private static int Measure(FigureGroup group, FigureOptions options)
    {
        var report = new FigureReport();
        try
        {
            group.Measure(report, options);
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
            options.SaveResult(group.Name, report);
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
