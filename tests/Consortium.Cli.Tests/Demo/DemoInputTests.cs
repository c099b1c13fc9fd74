using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;

namespace Consortium.Cli.Tests.Demo;

/// <summary>What cannot work is said in a line, before anything takes long.</summary>
public sealed class DemoInputTests : IDisposable
{
    private const string Header =
        "Timestamp,From Bank,Account,To Bank,Account,Amount Received,Receiving Currency,Amount Paid,Payment "
            + "Currency,Payment Format,Is Laundering\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("consortium-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public Task Data_Missing_NamesThePath() =>
        ExpectAsync(ExitCode.BadInput, "There is no file", "--data", InFolder("missing.csv"));

    [Fact]
    public Task Data_IsAFolder_AsksForOneFile() => ExpectAsync(ExitCode.BadInput, "is a folder", "--data", _folder.FullName);

    [Fact]
    public async Task Data_WrongColumns_SaysWhichIsMissing() =>
        await ExpectAsync(ExitCode.BadInput, "column", "--data", await WriteAsync("a,b,c\n1,2,3\n"));

    [Fact]
    public async Task Data_NoPayments_SaysSo() =>
        await ExpectAsync(ExitCode.BadInput, "no payments", "--data", await WriteAsync(Header));

    [Fact]
    public async Task Data_NoLaundering_SaysThereIsNothingToLearn() =>
        await ExpectAsync(ExitCode.BadInput, "nothing to learn", "--data", await WriteAsync(Header + Row(1, "001", "002", 0)));

    [Fact]
    public async Task Data_TwoBanks_AreTooFew() =>
        await ExpectAsync(
            ExitCode.BadInput, "2 banks", "--data", await WriteAsync(Header + Row(1, "001", "002", 1) + Row(2, "002", "001", 0)));

    [Fact]
    public async Task Data_OneDay_LeavesNothingToTestOn() =>
        await ExpectAsync(
            ExitCode.BadInput, "one day", "--data",
            await WriteAsync(Header + Row(1, "001", "002", 1) + Row(1, "002", "003", 0) + Row(1, "003", "001", 0)));

    [Fact]
    public Task Banks_Two_AreTooFew() => ExpectAsync(ExitCode.BadInput, "--banks is 2", "--banks", "2");

    [Theory]
    [InlineData("1")]
    [InlineData("4")]
    public Task Threshold_OutOfRange_SaysTheRange(string threshold) =>
        ExpectAsync(ExitCode.BadInput, "use 2 to 3", "--key-holders", "3", "--threshold", threshold);

    [Fact]
    public Task KeyHolders_One_CouldReadEverything() =>
        ExpectAsync(ExitCode.BadInput, "--key-holders is 1", "--key-holders", "1");

    [Fact]
    public Task Model_Unknown_ListsWhatThereIs() => ExpectAsync(ExitCode.BadInput, "boosting", "--model", "forest");

    [Fact]
    public Task Transport_NotAnAddress_ShowsOne() =>
        ExpectAsync(ExitCode.BadInput, "amqp://user:password@host:port/vhost", "--transport", "localhost:5672");

    [Fact]
    public Task Transport_WithoutUser_SaysSo() =>
        ExpectAsync(ExitCode.BadInput, "no user and password", "--transport", "amqp://localhost/demo");

    [Fact]
    public async Task Transport_NobodyAnswers_SaysWhere()
    {
        CommandLineRun run = await CommandLineRun.Of(
            "demo", "--transport", "amqp://user:secret@127.0.0.1:1/demo", "--output", InFolder("report.html"));
        Assert.Equal(ExitCode.NotReached, run.Code);
        Assert.Contains("No broker answers at amqp://user:(redacted)@127.0.0.1:1/demo", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public Task Output_InNoFolder_SaysWhich() =>
        ExpectAsync(ExitCode.BadInput, "There is no folder", "--output", InFolder("missing/report.html"));

    [Fact]
    public Task Output_IsAFolder_CannotBeWritten()
    {
        Directory.CreateDirectory(InFolder("report.html"));
        return ExpectAsync(ExitCode.BadInput, "cannot be written", "--output", InFolder("report.html"));
    }

    [Fact]
    public Task Output_JsonItself_WouldBeOverwritten() =>
        ExpectAsync(ExitCode.BadInput, "name the HTML file", "--output", InFolder("report.json"));

    private string InFolder(string name) => Path.Combine(_folder.FullName, name);

    private async Task<string> WriteAsync(string content)
    {
        string file = InFolder("data_Trans.csv");
        await File.WriteAllTextAsync(file, content, TestContext.Current.CancellationToken);
        return file;
    }

    private static string Row(int day, string from, string to, int laundering) =>
        $"2022/09/{day:D2} 10:00,{from},A{from},{to},A{to},10.00,US Dollar,10.00,US Dollar,Cheque,{laundering}\n";

    private async Task ExpectAsync(ExitCode code, string words, params string[] options)
    {
        string[] output = options.Contains("--output") ? [] : ["--output", InFolder("report.html")];
        CommandLineRun run = await CommandLineRun.Of(["demo", .. options, .. output]);

        Assert.Equal(code, run.Code);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
        Assert.DoesNotContain(Directory.GetFiles(_folder.FullName), file => file.EndsWith(".html", StringComparison.Ordinal));
    }
}
