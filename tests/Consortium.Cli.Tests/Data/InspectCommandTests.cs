using System.Text.Json;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;

namespace Consortium.Cli.Tests.Data;

public sealed class InspectCommandTests : IDisposable
{
    private const string Header =
        "Timestamp,From Bank,Account,To Bank,Account,Amount Received,Receiving Currency,Amount Paid,Payment "
            + "Currency,Payment Format,Is Laundering\n";

    private const string Rows =
        "2022/09/01 00:23,070,A1,013,B1,997.86,US Dollar,997.86,US Dollar,Cheque,0\n"
        + "2022/09/01 01:38,070,A2,011,B2,6807.15,Euro,6807.15,Euro,ACH,1\n"
        + "2022/09/02 03:04,013,B1,070,A2,4380.36,US Dollar,4380.36,US Dollar,Wire,\n";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Inspect_CleanFile_CountsEverything()
    {
        CommandLineRun run = await CommandLineRun.Of(
            "data", "inspect", _folder.Write("p.csv", Header + Rows + ",,,,,,,,,,\n"), "--json");

        Assert.Equal(ExitCode.Done, run.Code);
        JsonElement file = JsonDocument.Parse(run.Out).RootElement.GetProperty("files")[0];
        Assert.Equal([3, 1, 1, 1, 1], Numbers(file, "rows", "laundering", "licit", "unlabelled", "blank"));
        Assert.Equal([4, 3, 2, 0], Numbers(file, "accounts", "banks", "currencies", "set_aside_rows"));
        Assert.Equal("2022-09-01T00:23:00", file.GetProperty("first").GetString());
        Assert.Equal("2022-09-02T03:04:00", file.GetProperty("last").GetString());
        Assert.Equal("csv", file.GetProperty("format").GetString());
        Assert.Empty(file.GetProperty("set_aside").EnumerateArray());
        Assert.Empty(file.GetProperty("warnings").EnumerateArray());
    }

    [Fact]
    public async Task Inspect_RowsSetAside_NamesThemAndDoesNotHold()
    {
        string path = _folder.Write(
            "p.csv", Header + Rows + "9999/12/31 23:59,070,A1,013,B1,1,US Dollar,1,US Dollar,Wire,0\nnonsense\n");

        CommandLineRun run = await CommandLineRun.Of("data", "inspect", path, "--json");

        Assert.Equal(ExitCode.DoesNotHold, run.Code);
        JsonElement total = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal([3, 2], Numbers(total, "rows", "set_aside_rows"));
        Assert.Equal([5, 6], total.GetProperty("set_aside").EnumerateArray().Select(row => row.GetProperty("row").GetInt32()));
        Assert.All(
            total.GetProperty("set_aside").EnumerateArray(), row => Assert.NotEmpty(row.GetProperty("reason").GetString()!));
        Assert.NotEmpty(total.GetProperty("warnings").EnumerateArray());
    }

    [Fact]
    public async Task Inspect_NoRowOfTheBank_DescribesNothingThatIsNotThere()
    {
        CommandLineRun run = await CommandLineRun.Of(
            "data", "inspect", _folder.Write("p.csv", Header + Rows), "--bank", "099");

        Assert.Equal(ExitCode.DoesNotHold, run.Code);
        Assert.Contains("  0 rows: 0 laundering", run.Out);
        Assert.Contains("neither the sender's bank '070'", run.Out);
        Assert.DoesNotContain("accounts of", run.Out);
        Assert.DoesNotContain(" to \n", run.Out);
    }

    [Fact]
    public async Task Inspect_OwnColumns_ByTheMappingThatMapGuesses()
    {
        string export = _folder.Write(
            "export.csv",
            "When;Sender BIC;Sender IBAN;Receiver BIC;Receiver IBAN;Amount;Currency;Type\n"
            + "31.03.2026 10:15;COBADEFF;A1;UBSWCHZH;B1;1.234,50;EUR;Wire\n");
        CommandLineRun guessed = await CommandLineRun.Of(
            "data", "map", "--guess", _folder.Write("named.csv", File.ReadAllText(export).Replace("When", "Booking date")));

        CommandLineRun run = await CommandLineRun.Of(
            "data", "inspect", _folder["named.csv"], "--mapping", _folder.Write("mapping.json", guessed.Out), "--json");

        Assert.Equal((ExitCode.Done, ExitCode.Done), (guessed.Code, run.Code));
        Assert.Contains("unsure: zone", guessed.Error);
        Assert.Equal("2026-03-31T10:15:00", JsonDocument.Parse(run.Out).RootElement.GetProperty("first").GetString());
    }

    [Theory]
    [InlineData("{}", "columns.time: it is missing")]
    [InlineData("{\"columns\": {\"time\": \"a\", \"time\": \"b\"}}", "columns.time: it is given twice")]
    public async Task Inspect_WrongMapping_IsBadInput(string mapping, string reason)
    {
        CommandLineRun run = await CommandLineRun.Of(
            "data", "inspect", _folder.Write("p.csv", Header), "--mapping", _folder.Write("mapping.json", mapping));

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(reason, run.Error);
    }

    [Theory]
    [InlineData("BEGIN LAUNDERING ATTEMPT - STACK\n", "patterns file")]
    [InlineData("Bank Name,Bank ID,Account Number,Entity ID,Entity Name\n", "accounts file")]
    [InlineData("PK\u0003\u0004xl/workbook", "Excel")]
    [InlineData("a,b\n1,2\n", "'Timestamp' is missing")]
    [InlineData("", "empty")]
    public async Task Inspect_FileRejected_DescribesItWithTheReason(string content, string reason)
    {
        CommandLineRun run = await CommandLineRun.Of("data", "inspect", _folder.Write("p.csv", content), "--json");

        Assert.Equal(ExitCode.DoesNotHold, run.Code);
        Assert.Contains(
            reason, JsonDocument.Parse(run.Out).RootElement.GetProperty("files")[0].GetProperty("rejected").GetString());
    }

    [Fact]
    public async Task Inspect_Folder_EveryFileAndWhatIsSkipped()
    {
        _folder.Write("0001.csv", Header + Rows);
        _folder.Write("0002.csv", Header + Rows);
        _folder.Write("_SUCCESS", "");
        _folder.Write("0003.csv.filepart", "x");

        CommandLineRun run = await CommandLineRun.Of("data", "inspect", _folder.Path, "--json");

        Assert.Equal(ExitCode.Done, run.Code);
        JsonElement total = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal([6, 4], Numbers(total, "rows", "accounts"));
        Assert.Equal(
            ["0001.csv", "0002.csv"],
            total.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("file").GetString()));
        Assert.Equal(
            ["0003.csv.filepart", "_SUCCESS"],
            total.GetProperty("skipped").EnumerateArray().Select(file => file.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Inspect_OfABank_SetsOthersRowsAside()
    {
        CommandLineRun run = await CommandLineRun.Of(
            "data", "inspect", _folder.Write("p.csv", Header + Rows), "--bank", "011", "--json");

        Assert.Equal(ExitCode.DoesNotHold, run.Code);
        Assert.Equal([1, 2], Numbers(JsonDocument.Parse(run.Out).RootElement, "rows", "set_aside_rows"));
    }

    [Fact]
    public async Task Inspect_Zone_TurnsTimesIntoItsClock()
    {
        string path = _folder.Write(
            "p.csv", Header + Rows.Replace("2022/09/01 00:23", "2022-09-01T00:23:00Z", StringComparison.Ordinal));

        CommandLineRun without = await CommandLineRun.Of("data", "inspect", path),
        with = await CommandLineRun.Of("data", "inspect", path, "--zone", "Europe/Zurich", "--json");
        CommandLineRun wrong = await CommandLineRun.Of("data", "inspect", path, "--zone", "Europe/Nowhere");

        Assert.Contains("--zone", without.Out);
        Assert.Equal("2022-09-01T01:38:00", JsonDocument.Parse(with.Out).RootElement.GetProperty("first").GetString());
        Assert.Equal(ExitCode.BadInput, wrong.Code);
    }

    [Fact]
    public async Task Inspect_NoSuchFile_SaysSo()
    {
        CommandLineRun run = await CommandLineRun.Of("data", "inspect", _folder["none.csv"]);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("There is no file or folder", run.Error);
    }

    [Fact]
    public async Task Inspect_SpreadsheetsAccountNumbers_WarnsAndSetsAside()
    {
        string path = _folder.Write("p.csv", Header + Rows.Replace(",A1,", ",4.00000E+15,", StringComparison.Ordinal));

        CommandLineRun run = await CommandLineRun.Of("data", "inspect", path);

        Assert.Equal(ExitCode.DoesNotHold, run.Code);
        Assert.Contains("warning: 1 bank or account numbers are rounded", run.Out);
    }

    public void Dispose() => _folder.Dispose();

    private static int[] Numbers(JsonElement element, params string[] names) =>
        [.. names.Select(name => element.GetProperty(name).GetInt32())];
}
