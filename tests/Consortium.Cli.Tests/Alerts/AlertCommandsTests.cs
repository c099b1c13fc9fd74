using System.Collections.Immutable;
using System.Text.Json;
using System.Xml.Linq;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;
using Consortium.Participant.Data;

namespace Consortium.Cli.Tests.Alerts;

public sealed class AlertCommandsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public AlertCommandsTests()
    {
        Write("0001-a.json", Alert("00000000000000aa", 0.4), Alert("00000000000000bb", 0.9));
        Write("0001-b.json", Alert("00000000000000aa", 0.95));
    }

    private string Data => Path.Combine(_folder.Path, "state");

    [Fact]
    public async Task List_SeveralModels_EachPaymentOnceByTheNewest()
    {
        CommandLineRun run = await CommandLineRun.Of("alerts", "list", "--data", Data, "--json");

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Equal(
            [("00000000000000aa", 0.95), ("00000000000000bb", 0.9)],
            JsonDocument.Parse(run.Out).RootElement.GetProperty("alerts").EnumerateArray()
                .Select(alert => (alert.GetProperty("id").GetString()!, alert.GetProperty("probability").GetDouble())));
    }

    [Fact]
    public async Task Export_Goaml_IsADraftOfTheAlertsAskedFor()
    {
        CommandLineRun run = await CommandLineRun.Of(
            "alerts", "export", "00000000000000bb", "--format", "goaml", "--bank", "70", "--data", Data);

        XDocument draft = XDocument.Parse(run.Out);
        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Equal(
            "00000000000000bb", Assert.Single(draft.Root!.Elements("transaction")).Element("transactionnumber")!.Value);
        Assert.Contains("TO COMPLETE", run.Error);
    }

    [Theory]
    [InlineData("csv", "Alert ID")]
    [InlineData("json", "\"alerts\"")]
    public async Task Export_OtherFormats_HaveTheReasons(string format, string mark)
    {
        CommandLineRun run = await CommandLineRun.Of("alerts", "export", "--format", format, "--data", Data);

        Assert.Contains(mark, run.Out);
        Assert.Contains("pays much", run.Out);
    }

    [Fact]
    public async Task Dispose_AnAlert_WritesAnOutcomeThatInspectReads()
    {
        string payments = Directory.CreateDirectory(Path.Combine(_folder.Path, "payments")).FullName;

        CommandLineRun run = await CommandLineRun.Of(
            "alerts", "dispose", "00000000000000aa", "00000000000000bb", "--outcome", "true", "--payments", payments);

        Assert.Equal(ExitCode.Done, run.Code);
        CommandLineRun inspected = await CommandLineRun.Of(
            "data", "inspect", Assert.Single(Directory.GetFiles(payments)), "--json");
        JsonElement file = JsonDocument.Parse(inspected.Out).RootElement.GetProperty("files")[0];
        Assert.Equal(("outcomes", 2, 2), (
            file.GetProperty("format").GetString(), file.GetProperty("rows").GetInt32(),
            file.GetProperty("laundering").GetInt32()));
    }

    [Fact]
    public async Task Dispose_NoAlert_SaysWhatOneIs()
    {
        CommandLineRun run = await CommandLineRun.Of("alerts", "dispose", "7", "--outcome", "open", "--payments", _folder.Path);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("16 hexadecimal digits", run.Error);
    }

    public void Dispose() => _folder.Dispose();

    private static Alert Alert(string id, double probability) => new(
        1, probability, new DateTime(2026, 3, 1), "70", "A", "80", "B", 5, "Euro", "Wire", ["pays much"])
    {
        Id = id,
    };

    private void Write(string name, params ImmutableArray<Alert> alerts)
    {
        string folder = AlertBatch.FolderIn(Path.Combine(Data, "output", "alerts"));
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, new AlertBatch(1, "00", alerts).ToJson());
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 3, name[5] - 'a' + 1, 0, 0, 0, DateTimeKind.Utc));
    }
}
