using System.Text.Json;
using Consortium.EndToEnd.Tests.Documentation;
using Consortium.Testing;

namespace Consortium.EndToEnd.Tests.Deployment;

/// <summary><c>trial up|status|down</c> with a private RabbitMQ and real daemons.</summary>
public sealed class TrialCommandsTests
{
    private const string Init =
        "consortium init --trial --folder home --banks 3 --key-holders 2 --payments 1000 --days 7 >init.log";

    [Fact]
    public async Task Up_WholeTrial_RunsOnceUntilItIsTakenDown()
    {
        Assert.SkipUnless(RabbitMqBroker.IsInstalled, "rabbitmq-server is not installed.");
        using var shell = new DocumentedShell(withBroker: true);

        (int exitCode, string output) = await shell.RunAsync(
            [
                Init,
                "consortium trial up --folder home",
                "consortium trial status --folder home --json >up.json",
                "code=0; consortium trial up --folder home 2>again.log || code=$?; echo $code >again",
                "consortium trial down --folder home",
                "consortium trial status --folder home --json >down.json || true",
                "consortium trial down --folder home >twice.log",
            ],
            TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, $"{output}\n{shell.Logs("home")}");
        JsonElement up = Json(shell, "up.json");
        Assert.True(up.GetProperty("isUp").GetBoolean());
        Assert.Equal(
            ["aggregator", "bank-a", "bank-b", "bank-c", "broker", "holder-a", "holder-b"],
            up.GetProperty("processes")
                .EnumerateArray()
                .Select(process => process.GetProperty("name").GetString())
                .Order(StringComparer.Ordinal));
        Assert.Equal("2", Text(shell, "again").Trim());
        Assert.Contains("This trial is up: 7 of its processes run.", Text(shell, "again.log"), StringComparison.Ordinal);
        Assert.Equal(0, Json(shell, "down.json").GetProperty("processes").GetArrayLength());
        Assert.Contains("down already", Text(shell, "twice.log"), StringComparison.Ordinal);
        Assert.All(up.GetProperty("processes").EnumerateArray(), process => Assert.False(IsRunning(process)));
    }

    [Fact]
    public async Task Up_Interrupted_StopsWhatItStarted()
    {
        Assert.SkipUnless(RabbitMqBroker.IsInstalled, "rabbitmq-server is not installed.");
        using var shell = new DocumentedShell(withBroker: true);

        (int exitCode, string output) = await shell.RunAsync(
            [
                Init,
                "consortium trial up --folder home & up=$!",
                "until grep -qs holder-a home/trial.json; do sleep 0.05; done",
                "cp home/trial.json started.json",
                "kill -TERM $up; code=0; wait $up || code=$?; echo $code >code",
            ],
            TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, $"{output}\n{shell.Logs("home")}");
        Assert.Equal("130", Text(shell, "code").Trim());
        Assert.All(Json(shell, "started.json").EnumerateArray(), process => Assert.False(IsRunning(process)));
        Assert.False(File.Exists(Path.Combine(shell.Folder, "home", "trial.json")));
    }

    [Fact]
    public async Task Up_DaemonEndsAtOnce_SaysWhichAndWhereItsLogIs()
    {
        Assert.SkipUnless(RabbitMqBroker.IsInstalled, "rabbitmq-server is not installed.");
        using var shell = new DocumentedShell(withBroker: true);

        (int exitCode, string output) = await shell.RunAsync(
            [Init, "rm home/bank-b/passphrase", "consortium trial up --folder home"], TestContext.Current.CancellationToken);

        Assert.Equal(1, exitCode);
        Assert.Contains("bank-b ended before all were ready; everything was stopped.", output, StringComparison.Ordinal);
        Assert.Contains(Path.Combine("home", "bank-b", "log"), output, StringComparison.Ordinal);
    }

    /// <summary>What ended and was not noticed by its parent yet is in state Z.</summary>
    private static bool IsRunning(JsonElement process)
    {
        string file = $"/proc/{process.GetProperty("pid").GetInt32()}/stat";
        return File.Exists(file) && !File.ReadAllText(file).Contains(") Z ", StringComparison.Ordinal);
    }

    private static string Text(DocumentedShell shell, string file) => File.ReadAllText(Path.Combine(shell.Folder, file));

    private static JsonElement Json(DocumentedShell shell, string file) => JsonDocument.Parse(Text(shell, file)).RootElement;
}
