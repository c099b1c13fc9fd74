using System.Text.Json.Nodes;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;
using Consortium.Cli.Tests.Enrolment;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Ledger;
using Consortium.Primitives;
using Consortium.Privacy;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Tests.Privacy;

/// <summary><c>privacy plan</c> and <c>privacy report</c> over a consortium set up as in life.</summary>
public sealed class PrivacyCommandsTests : IAsyncLifetime
{
    private static readonly string[] Days = ["--first-day", "2026-01-01", "--last-day", "2026-06-30"];
    private static readonly DataWindow Window = new(new DateOnly(2026, 1, 1), new DateOnly(2026, 6, 30));

    private EnrolledConsortium _consortium = null!;

    public async ValueTask InitializeAsync()
    {
        _consortium = await EnrolledConsortium.CompleteAsync();
        string path = Path.Combine(_consortium.Operator, "consortium.json");
        var file = JsonNode.Parse(await File.ReadAllTextAsync(path))!.AsObject();
        file["privacyBudget"] = new JsonObject { ["epsilon"] = 8, ["delta"] = 1e-6, ["unit"] = "payment" };
        await File.WriteAllTextAsync(path, file.ToJsonString());
    }

    public ValueTask DisposeAsync()
    {
        _consortium.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Plan_WithinTheBudget_SaysCostAndWhatEachSettingChanges()
    {
        CommandLineRun run = await RunAsync(["privacy", "plan", "--epsilon", "4", "--json", .. Days]);

        Assert.Equal(ExitCode.Done, run.Code);
        JsonNode cost = JsonNode.Parse(run.Out)!;
        Assert.Equal(4, (double)cost["epsilon"]!, 1e-3);
        Assert.StartsWith(
            "Epsilon 4, delta 1e-6, for each payment (one row: its features and its label) from 2026-01-01 to 2026-06-30",
            (string)cost["sentence"]!, StringComparison.Ordinal);
        double deviation = (double)cost["deviation"]!;
        Dictionary<string, JsonNode> changes =
            cost["changes"]!.AsArray().ToDictionary(change => (string)change!["setting"]!, change => change!);
        Assert.InRange((double)changes["half the epsilon"]["deviation"]! / deviation, 1.7, 2.2);
        Assert.Equal(Math.Sqrt(2), (double)changes["twice the trees, same epsilon"]["deviation"]! / deviation, 1e-3);
        Assert.InRange((double)changes["twice the trees, same noise"]["epsilon"]!, 5.5, 6.5);
        Assert.Equal(8, (double)cost["leftEpsilon"]!, 1e-3);
        Assert.InRange((double)cost["leftAfter"]!, 5, 7.5);
        Assert.False((bool)cost["isCounted"]!);
    }

    [Fact]
    public async Task Plan_BeyondTheBudget_SaysSo_AndBadOptionsNameTheFix()
    {
        CommandLineRun run = await RunAsync(["privacy", "plan", "--epsilon", "20", "--json", .. Days]);
        Assert.Equal(ExitCode.DoesNotHold, run.Code);
        Assert.StartsWith(
            "The plan costs rho", (string)JsonNode.Parse(run.Out)!["rejection"]!, StringComparison.Ordinal);
        Assert.Contains("noise", (await RunAsync(["privacy", "plan", "--epsilon", "4", .. Days])).Out, StringComparison.Ordinal);

        foreach ((string[] options, string fix) in ((string[], string)[])
            [
                ([], "Give --epsilon"),
                (["--epsilon", "0"], "above 0"),
                (["--epsilon", "4", "--unit", "account"], "--account-cap"),
                (["--epsilon", "4", "--silent-banks", "3"], "SilentBanks is 3"),
                (["--epsilon", "4", "--family", "logistic"], "no learner made for noise"),
                (["--epsilon", "4", "--columns", "drawn"], "columns in turn or random splits"),
            ])
        {
            CommandLineRun bad = await RunAsync(["privacy", "plan", .. options, .. Days]);
            Assert.Equal(ExitCode.BadInput, bad.Code);
            Assert.Contains(fix, bad.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Report_OfALedger_ListsWhatWasReleasedAndWhatIsLeft()
    {
        ConsortiumConfiguration configuration = ConsortiumFile.Parse(
            await File.ReadAllBytesAsync(Path.Combine(_consortium.Operator, "consortium.json"))).ToConfiguration();
        var supervisor = new PartyId("supervisor");
        string path = Path.Combine(_consortium.Operator, "supervisor", "participation.ledger");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        LedgerFile.Begin(path, supervisor, configuration);
        PrivacyBudget budget = configuration.Budget!;
        using (LedgerFile ledger = LedgerFile.Open(path, null, supervisor, configuration, FaultPoints.None))
        {
            ledger.Record(new LedgerEntry.Participated(
                ParticipationKind.Released, new SessionId(Digest.Of([1])), "spring | <b>", RoundNumber.First,
                [.. configuration.Participants.Select(bank => bank.Id)], Window, null,
                new NoiseTerms((budget with { Epsilon = 4 }).Loss, PrivacyUnit.Payment), budget));
        }

        CommandLineRun json = await RunAsync("privacy", "report", "--party", "supervisor", "--json");
        Assert.Equal(ExitCode.Done, json.Code);
        JsonNode release = JsonNode.Parse(json.Out)!["releases"]!.AsArray().Single()!;
        Assert.Equal(4, (double)release["epsilon"]!, 1e-3);
        Assert.InRange((double)release["leftEpsilon"]!, 5, 7.5);

        string output = Path.Combine(_consortium.Operator, "DPIA.md");
        Assert.Equal(
            ExitCode.Done, (await RunAsync("privacy", "report", "--party", "supervisor", "--output", output)).Code);
        string page = await File.ReadAllTextAsync(output);
        foreach (string part in (string[])
            ["GDPR art. 6", "art. 9", "art. 35", "AMLR art. 75", "SR 11-7", "`bank-a`", configuration.Digest.ToString(),
             "epsilon 8 with delta 1e-6", "| spring    b  | 2026-01-01 to 2026-06-30 | 3 | payment | 4 |"])
        {
            Assert.Contains(part, page, StringComparison.Ordinal);
        }
    }

    /// <summary>The page beside the example is what the command writes for it today.</summary>
    [Fact]
    public async Task Report_OfTheExample_IsThePageBesideIt()
    {
        string folder = Path.Combine(Repository.Root, "consortium-config");
        CommandLineRun run = await CommandLineRun.Of("privacy", "report", "--folder", folder);

        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(folder, "DPIA.md")), run.Out);
    }

    private Task<CommandLineRun> RunAsync(params string[] args) =>
        CommandLineRun.Of([.. args, "--folder", _consortium.Operator]);
}
