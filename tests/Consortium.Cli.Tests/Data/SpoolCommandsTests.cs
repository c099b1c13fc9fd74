using System.Text.Json;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Sqlite;
using Consortium.Hosting.Storage;
using Consortium.Participant;
using Consortium.Participant.Data;
using Consortium.Participant.Store;
using Consortium.Primitives;

namespace Consortium.Cli.Tests.Data;

public sealed class SpoolCommandsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task List_FilesInEveryState_ShowsThemAndDoesNotHold()
    {
        await JournalAsync(
            File("0001.csv", FileState.Taken, 1, null), File("0002.csv", FileState.SetAside, null, "line 3: nonsense"));

        CommandLineRun json = await CommandLineRun.Of("data", "list", "--data", _folder.Path, "--json"),
        text = await CommandLineRun.Of("data", "list", "--data", _folder.Path);

        Assert.Equal(ExitCode.DoesNotHold, json.Code);
        JsonElement second = JsonDocument.Parse(json.Out).RootElement.GetProperty("files")[1];
        Assert.Equal(
            ("0002.csv", "setAside", "line 3: nonsense"),
            (
                second.GetProperty("name").GetString(), second.GetProperty("state").GetString(),
                second.GetProperty("reason").GetString()));
        Assert.Contains("set aside", text.Out);
    }

    [Fact]
    public async Task List_AllTaken_Holds()
    {
        await JournalAsync(File("0001.csv", FileState.Taken, 1, null));

        Assert.Equal(ExitCode.Done, (await CommandLineRun.Of("data", "list", "--data", _folder.Path)).Code);
    }

    [Theory]
    [InlineData("retry", false)]
    [InlineData("accept", true)]
    public async Task Order_FileThatIsSetAside_IsLeftForTheDaemon(string verb, bool acceptsBadRows)
    {
        await JournalAsync(File("0002.csv", FileState.SetAside, null, "line 3: nonsense"));

        CommandLineRun run = await CommandLineRun.Of("data", verb, "0002.csv", "--data", _folder.Path);

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Equal([new ReadingOrder("0002.csv", acceptsBadRows)], ReadingOrder.Read(_folder["reading"]));
    }

    [Theory]
    [InlineData("0001.csv", "taken already")]
    [InlineData("other.csv", "knows no file")]
    public async Task Order_OtherFiles_SaysWhyNot(string name, string reason)
    {
        await JournalAsync(File("0001.csv", FileState.Taken, 1, null));

        CommandLineRun run = await CommandLineRun.Of("data", "accept", name, "--data", _folder.Path);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(reason, run.Error);
    }

    public void Dispose() => _folder.Dispose();

    private static JournaledFile File(string name, FileState state, int? batch, string? reason) =>
        new(name, state, Digest.Of([1]), 10, 20, batch, reason, 3, 0);

    private async Task JournalAsync(params JournaledFile[] files)
    {
        using OpenStorage storage = new FolderStorage(_folder.Path).Open(ParticipantSchema.Value, FaultPoints.None);
        await storage.Database.WriteAsync(
            state => { Array.ForEach(files, file => FileJournal.Keep(state, file)); }, TestContext.Current.CancellationToken);
    }
}
