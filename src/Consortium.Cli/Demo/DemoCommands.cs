using System.CommandLine;
using System.Globalization;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Reporting;
using Consortium.Cli.Sessions;
using Consortium.Cli.Simulation;
using Consortium.Learning.Models;
using Consortium.Protocol.Configuration;

namespace Consortium.Cli.Demo;

/// <summary><c>demo</c>: the whole consortium in one process, from payments to the report.</summary>
internal static class DemoCommands
{
    private const string All = "all";
    private const int FewestBanks = 3;
    private const int MostBanks = 1024;

    private static readonly Option<FileInfo?> Data = new("--data")
    {
        Description =
            "Payments in AMLworld's columns (CSV, gzipped or not, or Parquet) instead of made-up ones; NAME_Patterns.txt "
                + "beside NAME_Trans.csv is used if there",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Transport = new("--transport")
    {
        Description =
            "Train over this RabbitMQ instead of in memory; its user must have all three permissions in the virtual host",
        HelpName = "amqp://USER:PASSWORD@HOST:PORT/VHOST",
    };

    private static readonly Option<string> Model = FamilyOptions.FamilyOption("--model");

    private static readonly Option<double> Acceptance = PlanOptions.AcceptanceOption();

    private static readonly Option<string?> Banks = new("--banks")
    {
        Description =
            $"How many banks, the largest first: a number, or '{All}' of a file's; 5 made-up ones or at most "
                + $"{DemoOptions.DefaultFileBanks} of a file's unless given",
        HelpName = "N",
    };

    private static readonly Option<int> KeyHolders = new("--key-holders")
    {
        Description = "J, how many key holders there are",
        HelpName = "J",
        DefaultValueFactory = _ => 3,
    };

    private static readonly Option<int?> Threshold = new("--threshold")
    {
        Description = "T, how many of them approve and release: more than half; the fewest that do unless given",
        HelpName = "T",
    };

    private static readonly Option<ulong> Seed = new("--seed")
    {
        Description = "Of made-up payments and of the training's draws",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<FileInfo> Output = new("--output", "-o")
    {
        Description = "The HTML report; its figures are kept beside it as JSON",
        HelpName = "FILE.html",
        DefaultValueFactory = _ => new FileInfo("consortium-report.html"),
    };

    public static Command Create(Terminal terminal) => Verb.Create(
        "demo",
        "Show what federation buys: train a consortium in this process, encrypted, beside own and pooled models, and write "
            + "a report.",
        [
            "demo", "demo --data HI-Small_Trans.csv --banks 10 --output report.html",
            "demo --transport amqp://guest:guest@localhost:5672/demo --json",
        ],
        [Data, Transport, Model, Acceptance, Banks, KeyHolders, Threshold, Seed, .. WorldOptions.All, Output, CommonOptions.Json],
        (parsed, cancellationToken) => RunAsync(
            terminal, Read(parsed), parsed.GetValue(CommonOptions.Json), parsed.GetValue(CommonOptions.Verbose),
            cancellationToken));

    /// <exception cref="CommandException">Options that cannot work.</exception>
    internal static DemoOptions Read(ParseResult parsed)
    {
        FileInfo? data = parsed.GetValue(Data);
        if (data is { Exists: false })
        {
            throw new CommandException(ExitCode.BadInput, Directory.Exists(data.FullName)
                ? $"{data} is a folder: name one file of payments in it."
                : $"There is no file {data}: check the path, or leave --data out to have payments made up.");
        }

        int keyHolders = parsed.GetValue(KeyHolders);
        if (keyHolders is < 2 or > 255)
        {
            throw new CommandException(
                ExitCode.BadInput, $"--key-holders is {keyHolders}: use 2 to 255. One alone could read every update.");
        }

        int least = Math.Max(2, (keyHolders / 2) + 1);
        int threshold = parsed.GetValue(Threshold) ?? least;
        if (threshold < least || threshold > keyHolders)
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"--threshold is {threshold}: use {least} to {keyHolders} for {keyHolders} key holders. T must exceed half "
                    + $"of J, or two cohorts of one round could each be approved. {new CommitteeStrength(keyHolders, least)}");
        }

        double acceptance = parsed.GetValue(Acceptance);
        if (acceptance is not (>= 0 and <= AcceptanceSettings.MostFraction))
        {
            throw new CommandException(
                ExitCode.BadInput, $"--acceptance is {acceptance}: use 0, for no vote, to {AcceptanceSettings.MostFraction}.");
        }

        return new DemoOptions
        {
            Data = data?.FullName,
            Broker = parsed.GetValue(Transport) is { } transport ? DemoBroker.Parse(transport) : null,
            Banks = BanksOf(parsed.GetValue(Banks), data is not null),
            KeyHolders = keyHolders,
            Threshold = threshold,
            Seed = parsed.GetValue(Seed),
            Family = ModelFamilies.Find(parsed.GetRequiredValue(Model))!.Demonstration(isSimulated: data is null),
            Acceptance = PlanOptions.AcceptanceOf(acceptance),
            Simulation = WorldOptions.Apply(parsed, DemoDefaults.Simulation),
            Output = parsed.GetValue(Output)!.FullName,
        };
    }

    /// <summary>Runs a demonstration, writes the report and prints the result.</summary>
    internal static async Task<ExitCode> RunAsync(
        Terminal terminal, DemoOptions options, bool isJson, bool isVerbose, CancellationToken cancellationToken)
    {
        var files = new ReportFiles(options.Output);
        files.CheckWritable();
        TrainingReport report;
        try
        {
            if (options.Broker is { } broker)
            {
                await broker.CheckAsync(cancellationToken);
            }

            report = await new Demonstration(options, terminal, isVerbose).RunAsync(cancellationToken);
            await files.WriteAsync(report, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            terminal.Note(
                $"Stopped. Nothing is kept: every party has ended, temporary files are deleted, and {options.Output} was "
                    + $"not written.");
            throw;
        }

        if (isJson)
        {
            terminal.WriteJson(report with { Details = null });
        }
        else
        {
            ResultPage.Write(terminal.Page, report);
        }

        terminal.Note($"Report: {files.Html}");
        terminal.Note($"Figures: {files.Json}");
        return report.IdenticalToPooled == false ? ExitCode.DoesNotHold : ExitCode.Done;
    }

    private static int? BanksOf(string? text, bool isFile)
    {
        if (text is null)
        {
            return isFile ? DemoOptions.DefaultFileBanks : null;
        }

        if (isFile && text == All)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int banks)
            && banks is >= FewestBanks and <= MostBanks
            ? banks
            : throw new CommandException(
                ExitCode.BadInput,
                $"--banks is {text}: use {FewestBanks} to {MostBanks}{(isFile ? $", or '{All}'" : "")}. In a sum of two "
                    + $"banks each reads the other's update by subtracting its own.");
    }
}
