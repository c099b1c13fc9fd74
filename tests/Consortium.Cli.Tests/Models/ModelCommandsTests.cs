using System.Text.Json;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;

namespace Consortium.Cli.Tests.Models;

public sealed class ModelCommandsTests(TrainedBank trained) : IClassFixture<TrainedBank>
{
    [Fact]
    public async Task Evaluate_LabelledPayments_TellsEveryMeasure()
    {
        CommandLineRun run = await CommandLineRun.Of(
            "model", "evaluate", trained.Boosting, trained.Payments, "--bank", trained.Bank, "--patterns", trained.Patterns,
            "--alerts-per-day", "5", "--json");

        Assert.True(run.Code == ExitCode.Done, run.Error);
        JsonElement report = JsonDocument.Parse(run.Out).RootElement;
        double precision = report.GetProperty("averagePrecision").GetDouble(),
        chance = report.GetProperty("baseRate").GetDouble();
        Assert.True(precision > chance, $"{precision} is no better than {chance}");
        Assert.True(report.GetProperty("attempts").GetInt32() > 0);
        Assert.True(report.GetProperty("attemptsFound").GetInt32() <= report.GetProperty("attempts").GetInt32());
        Assert.InRange(report.GetProperty("atDailyAlerts").GetProperty("recall").GetDouble(), 0, 1);
        Assert.True(report.GetProperty("validationRows").GetInt32() > 0);
    }

    /// <summary>Payments without labels in a folder with a file of outcomes are what the same payments are with labels.</summary>
    [Fact]
    public async Task Evaluate_FolderWithOutcomes_SameMeasuresAsLabels()
    {
        string folder = Directory.CreateDirectory(trained.In("with-outcomes")).FullName;
        string[] lines = File.ReadAllLines(trained.Payments);
        string[] rows =
            [.. lines.Skip(1).Index().Select(line => $"{line.Item[..(line.Item.LastIndexOf(',') + 1)]},P{line.Index}")];
        string[] outcomes =
        [
            .. lines.Skip(1).Index().Where(line => !line.Item.EndsWith(',')).Select(
                line => $"P{line.Index},{(line.Item[^1] == '1' ? "sar" : "cleared")},2024-01-31"),
        ];
        File.WriteAllLines(Path.Combine(folder, "payments.csv"), [lines[0] + ",Payment ID", .. rows]);
        File.WriteAllLines(Path.Combine(folder, "outcomes.csv"), ["Payment ID,Outcome,Date", .. outcomes]);
        string[] evaluate = ["--bank", trained.Bank, "--json"];

        CommandLineRun labelled = await CommandLineRun.Of(
            ["model", "evaluate", trained.Logistic, trained.Payments, .. evaluate]);
        CommandLineRun joined = await CommandLineRun.Of(["model", "evaluate", trained.Logistic, folder, .. evaluate]);

        Assert.True(joined.Code == ExitCode.Done, joined.Error);
        JsonElement expected = JsonDocument.Parse(labelled.Out).RootElement, found = JsonDocument.Parse(joined.Out).RootElement;
        foreach (string measure in (string[])["averagePrecision", "baseRate", "validationRows"])
        {
            Assert.Equal(expected.GetProperty(measure).GetRawText(), found.GetProperty(measure).GetRawText());
        }
    }

    [Fact]
    public async Task Evaluate_ForPeople_PrintsTheBaseRateBesideAveragePrecision()
    {
        CommandLineRun run = await CommandLineRun.Of(
            "model", "evaluate", trained.Logistic, trained.Payments, "--bank", trained.Bank);

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains("random scores:", run.Out);
        Assert.Contains("alerts a day", run.Out);
    }

    [Fact]
    public async Task Score_Payments_RanksAlertsWithReasons()
    {
        string[] scoring = ["score", trained.Boosting, trained.Payments, "--bank", trained.Bank, "--alerts-per-day", "2"];

        CommandLineRun csv = await CommandLineRun.Of(scoring);
        CommandLineRun json = await CommandLineRun.Of([.. scoring, "--json"]);

        string[] lines = csv.Out.TrimEnd().Split('\n');
        Assert.StartsWith("Rank,Probability,", lines[0]);
        JsonElement[] alerts = [.. JsonDocument.Parse(json.Out).RootElement.GetProperty("alerts").EnumerateArray()];
        Assert.Equal(lines.Length - 1, alerts.Length);
        Assert.Equal(
            alerts.Select(alert => alert.GetProperty("probability").GetDouble()).OrderDescending(),
            alerts.Select(alert => alert.GetProperty("probability").GetDouble()));
        Assert.All(alerts, alert => Assert.NotEmpty(alert.GetProperty("reasons").EnumerateArray()));
    }

    [Fact]
    public async Task Score_FromALaterDay_LeavesEarlierPaymentsToHistory()
    {
        CommandLineRun all = await CommandLineRun.Of(
            "score", trained.Boosting, trained.Payments, "--bank", trained.Bank, "--json");
        CommandLineRun none = await CommandLineRun.Of(
            "score", trained.Boosting, trained.Payments, "--bank", trained.Bank, "--from", "2099-01-01", "--json");

        Assert.True(JsonDocument.Parse(all.Out).RootElement.GetProperty("scored").GetInt32() > 0);
        Assert.Equal(0, JsonDocument.Parse(none.Out).RootElement.GetProperty("scored").GetInt32());
    }

    [Fact]
    public async Task Score_LateModelWithTheFirst_GivesBothProbabilitiesAndWhatWasSeenSince()
    {
        string[] scoring =
        [
            "score", trained.Late, trained.Payments, "--bank", trained.Bank, "--alerts-per-day", "2", "--first", trained.Boosting,
        ];

        CommandLineRun csv = await CommandLineRun.Of(scoring);
        CommandLineRun json = await CommandLineRun.Of([.. scoring, "--json"]);

        Assert.True(csv.Code == ExitCode.Done, csv.Error);
        Assert.Contains("the files do not go on for 24 hours after them", csv.Error);
        Assert.EndsWith(",Reasons,Probability At First,Seen Since", csv.Out.Split('\n')[0]);
        JsonElement report = JsonDocument.Parse(json.Out).RootElement;
        Assert.Equal("late", report.GetProperty("view").GetString());
        JsonElement[] alerts = [.. report.GetProperty("alerts").EnumerateArray()];
        Assert.All(alerts, alert => Assert.InRange(alert.GetProperty("probabilityAtFirst").GetDouble(), 0, 1));
        Assert.Contains(alerts, alert => alert.GetProperty("since").GetArrayLength() > 0);
        CommandLineRun alone = await CommandLineRun.Of(
            "score", trained.Boosting, trained.Payments, "--bank", trained.Bank, "--json");
        Assert.True(
            report.GetProperty("scored").GetInt32() < JsonDocument.Parse(alone.Out).RootElement.GetProperty("scored").GetInt32());
    }

    [Fact]
    public async Task Score_FirstOfTheWrongView_SaysWhich()
    {
        foreach ((string model, string first) in new[] { (trained.Boosting, trained.Late), (trained.Late, trained.Late) })
        {
            CommandLineRun run = await CommandLineRun.Of(
                "score", model, trained.Payments, "--bank", trained.Bank, "--first", first);

            Assert.Equal(ExitCode.BadInput, run.Code);
            Assert.Contains("MODEL has to be of the late view", run.Error);
        }
    }

    [Fact]
    public async Task Evaluate_LateModel_JudgesPaymentsWhose24HoursPassed()
    {
        CommandLineRun late = await CommandLineRun.Of(
            "model", "evaluate", trained.Late, trained.Payments, "--bank", trained.Bank, "--json");

        Assert.True(late.Code == ExitCode.Done, late.Error);
        Assert.Contains("the files do not go on for 24 hours after them", late.Error);
        JsonElement report = JsonDocument.Parse(late.Out).RootElement;
        Assert.True(report.GetProperty("averagePrecision").GetDouble() > report.GetProperty("baseRate").GetDouble());
    }

    [Fact]
    public async Task Show_LateModel_TellsItsViewAndNamesLateColumns()
    {
        CommandLineRun run = await CommandLineRun.Of("model", "show", trained.Late, "--json");
        JsonElement model = JsonDocument.Parse(run.Out).RootElement;

        Assert.Equal("late", model.GetProperty("view").GetString());
        Assert.True(model.GetProperty("fitsThisRelease").GetBoolean());
        Assert.Contains(
            model.GetProperty("features").EnumerateArray(),
            feature => feature.GetProperty("name").GetString()!.StartsWith("late_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Show_Model_TellsWhereItCameFromAndWhatMatters()
    {
        CommandLineRun run = await CommandLineRun.Of("model", "show", trained.Boosting, "--json");

        JsonElement model = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal("boosting", model.GetProperty("family").GetString());
        Assert.Equal(new string('a', 64), model.GetProperty("session").GetString());
        Assert.NotEmpty(model.GetProperty("features").EnumerateArray());
    }

    [Theory]
    [InlineData("boosting.csmodel", "onnx", true)]
    [InlineData("boosting.csmodel", "lightgbm", true)]
    [InlineData("late.csmodel", "onnx", true)]
    [InlineData("late.csmodel", "lightgbm", true)]
    [InlineData("logistic.csmodel", "onnx", true)]
    [InlineData("logistic.csmodel", "lightgbm", false)]
    public async Task Export_Format_WritesWhatItCanHold(string model, string format, bool isWritten)
    {
        string output = trained.In($"{model}.{format}");

        CommandLineRun run = await CommandLineRun.Of(
            "model", "export", trained.In(model), "--format", format, "--output", output);

        Assert.Equal(isWritten ? ExitCode.Done : ExitCode.BadInput, run.Code);
        Assert.Equal(isWritten, File.Exists(output));
    }

    [Theory]
    [InlineData("no such bank", new[] { "--bank", "nobody" }, "line 2, From Bank: neither")]
    [InlineData("a day that is none", new[] { "--bank", "x", "--from", "yesterday" }, "a day such as")]
    public async Task Score_WrongArguments_SayWhatToDo(string what, string[] options, string expected)
    {
        CommandLineRun run = await CommandLineRun.Of(["score", trained.Boosting, trained.Payments, .. options]);

        Assert.True(run.Code == ExitCode.BadInput, what);
        Assert.Contains(expected, run.Error);
    }

    [Fact]
    public async Task Show_DamagedModel_IsNamed()
    {
        byte[] bytes = await File.ReadAllBytesAsync(trained.Boosting, TestContext.Current.CancellationToken);
        bytes[^40] ^= 1;
        string damaged = trained.In("damaged.csmodel");
        await File.WriteAllBytesAsync(damaged, bytes, TestContext.Current.CancellationToken);

        CommandLineRun run = await CommandLineRun.Of("model", "show", damaged);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("model file", run.Error);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("rollback", "4f1c")]
    public async Task Shelf_NoDataFolder_AsksForIt(params string[] command)
    {
        CommandLineRun run = await CommandLineRun.Of(["model", .. command]);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("--data", run.Error);
    }
}
