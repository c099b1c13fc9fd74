using System.Text.Json;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;
using Consortium.Cli.Tests.Enrolment;
using Consortium.Learning.Payments;

namespace Consortium.Cli.Tests.Simulation;

public sealed class SimulateCommandTests
{
    private static readonly string[] Small = ["--banks", "4", "--payments", "2000", "--days", "10"];

    [Fact]
    public async Task Simulate_Banks_GetTheirOwnViewsOfTheSamePayments()
    {
        using var folder = new TemporaryFolder();
        JsonElement split = await SummaryAsync(["simulate", "--output", folder["split"], .. Small]);
        JsonElement pooled = await SummaryAsync(["simulate", "--output", folder["pooled"], "--pooled", .. Small]);

        PaymentSet all = PaymentReader.ReadAll(
            pooled.GetProperty("files").EnumerateArray().Select(file => file.GetString()!).Single(
                file => file.EndsWith("_Trans.csv", StringComparison.Ordinal)));
        Assert.Equal(all.Count, pooled.GetProperty("payments").GetInt64());
        Assert.Equal(all.Count, split.GetProperty("payments").GetInt64());
        string[] views = [.. Directory.EnumerateFiles(folder["split"], "*_Trans.csv").Order(StringComparer.Ordinal)];
        Assert.Equal(4, views.Length);
        int sent = 0;
        foreach (string view in views)
        {
            var bank = new BankId(Path.GetFileName(view).Split('_')[0]);
            PaymentSet seen = PaymentReader.ReadAll(view, new PaymentReadOptions { OwnBank = bank }, out _);
            foreach (ref readonly Payment payment in seen.Payments)
            {
                sent += seen.Accounts.BankOf(payment.From) == bank ? 1 : 0;
            }
        }

        Assert.Equal(all.Count, sent);
    }

    [Fact]
    public async Task Simulate_FolderWithFiles_IsRejectedAndKept()
    {
        using var folder = new TemporaryFolder();
        folder.Write("mine.csv", "mine");

        CommandLineRun run = await CommandLineRun.Of(["simulate", "--output", folder.Path, .. Small]);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("--output", run.Error);
        Assert.Equal([folder["mine.csv"]], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Simulate_Interrupted_LeavesNothing()
    {
        using var folder = new TemporaryFolder();

        CommandLineRun run = await CommandLineRun.Interrupted(["simulate", "--output", folder["new"], .. Small]);

        Assert.Equal(ExitCode.Interrupted, run.Code);
        Assert.False(Directory.Exists(folder["new"]));
    }

    [Fact]
    public async Task Simulate_TerminatedWhileItWrites_LeavesNothing()
    {
        using var folder = new TemporaryFolder();
        using CommandLineProcess run = CommandLineProcess.Start("simulate", "--output", folder["new"], "--payments", "100000000");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (
            !Directory.Exists(folder["new"])
                || Directory.GetFiles(folder["new"], "*_Trans.csv", SearchOption.AllDirectories).Length == 0)
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        run.Terminate();
        (ExitCode code, _) = await run.EndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Interrupted, code);
        Assert.False(Directory.Exists(folder["new"]));
    }

    [Theory]
    [InlineData("--banks", "2", "use 3 to 1000")]
    [InlineData("--days", "1", "use 7 to 3650")]
    public async Task Simulate_OutOfRange_SaysTheRange(string option, string value, string expected)
    {
        using var folder = new TemporaryFolder();

        CommandLineRun run = await CommandLineRun.Of("simulate", "--output", folder["new"], option, value);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(expected, run.Error);
    }

    private static async Task<JsonElement> SummaryAsync(string[] args) =>
        JsonDocument.Parse((await EnrolledConsortium.Done([.. args, "--json"])).Out).RootElement;
}
