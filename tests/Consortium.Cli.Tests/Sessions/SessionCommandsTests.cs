using System.Text.Json;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Sessions;
using Consortium.Cli.Tests.CommandLine;
using Consortium.Hosting.Bus;
using Consortium.Operator.Sessions;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Tests.Sessions;

/// <summary>The operator's commands on a consortium in memory: what it does with sessions, and what it hears of them.</summary>
public sealed class SessionCommandsTests
{
    [Fact]
    public async Task StartAndWatch_HonestParties_EndsWithTheStateOfPooling()
    {
        await using ScriptedSession session = await ScriptedSession.BeginAsync();

        SessionLog log = await session.RunAsync(rounds: 3);

        StateDigest pooled = session.Model.Pooled(session.Folder.Banks, 3);
        Assert.Equal(pooled, log.Outcome(session.Aggregator).State);
        Assert.Contains(pooled.ToString(), session.Out);
        Assert.Contains("round 2 released: 3 banks", session.Error);
    }

    [Fact]
    public async Task RoundShow_ReleasedRound_TellsWhoTookPartApprovedAndReleased()
    {
        await using ScriptedSession session = await ScriptedSession.BeginAsync();
        SessionLog log = await session.RunAsync(rounds: 2);

        RoundView round = RoundView.Of(log, log.Rounds.First());

        Assert.Equal(["bank-a", "bank-b", "bank-c"], round.Members!.Select(member => member.Bank));
        Assert.InRange(round.Approved!.Count, 2, 3);
        Assert.InRange(round.Released!.Count, 2, 3);
        Assert.Equal(3, round.Reached.Count);
        Assert.Empty(round.Diverged);
        Assert.True(round.Seconds >= 0);
        Assert.Equal(2_000, round.Values);
    }

    [Fact]
    public async Task ListShowRounds_Offline_ReadTheJournal()
    {
        await using ScriptedSession session = await ScriptedSession.BeginAsync();
        SessionLog log = await session.RunAsync(rounds: 2, "Spring");
        string[] place = ["--offline", "--folder", session.Folder.Path];

        CommandLineRun list = await CommandLineRun.Of(["session", "list", "--json", .. place]);
        CommandLineRun show = await CommandLineRun.Of(["session", "show", log.ShortId, .. place]);
        CommandLineRun rounds = await CommandLineRun.Of(["round", "list", "--session", "Spring", .. place]);
        CommandLineRun round = await CommandLineRun.Of(["round", "show", "2", "--json", .. place]);

        JsonElement listed = Assert.Single(JsonDocument.Parse(list.Out).RootElement.GetProperty("sessions").EnumerateArray());
        Assert.Equal(("Spring", "completed"), (listed.GetProperty("name").GetString(), listed.GetProperty("status").GetString()));
        Assert.Contains(log.Session.ToString(), show.Out);
        Assert.Contains("holder-", rounds.Out);
        Assert.Equal(2, JsonDocument.Parse(round.Out).RootElement.GetProperty("round").GetInt32());
        Assert.All([list, show, rounds, round], run => Assert.Equal(ExitCode.Done, run.Code));
    }

    [Fact]
    public async Task Start_BankAway_NamesWhomTheSessionWaitsFor()
    {
        await using ScriptedSession session = await ScriptedSession.BeginAsync("bank-b");
        SessionId id = await session.Client.StartAsync(session.Plan(1), session.Limit);
        var log = new SessionLog(id);

        await session.Client.FollowAsync(
            log, heard => heard.Outcome(session.Aggregator).Detail == "round 1 waits for bank-b", Timeout.InfiniteTimeSpan,
            session.Limit);
        await session.StartBankAsync(new PartyId("bank-b"));
        await session.Client.FollowAsync(
            log, heard => heard.Outcome(session.Aggregator).IsOver, Timeout.InfiniteTimeSpan, session.Limit);

        Assert.Equal(OutcomeKind.Completed, log.Outcome(session.Aggregator).Kind);
    }

    [Fact]
    public async Task StartAndWatch_BankSpoilsTheSum_EndsWithItsNameWhichShowAndRoundShowRepeat()
    {
        await using ScriptedSession session = await ScriptedSession.BeginAsync("bank-b");
        await session.StartBankAsync(new PartyId("bank-b"), hasTwoKeys: true);

        ExitCode code = await SessionStart.SendAsync(
            session.Terminal, session.Client, session.Plan(2, "Spoilt"), TimeSpan.FromSeconds(30), json: false, watch: true,
            session.Limit);
        string[] place = ["--offline", "--folder", session.Folder.Path];
        CommandLineRun show = await CommandLineRun.Of(["session", "show", "Spoilt", "--json", .. place]);
        CommandLineRun page = await CommandLineRun.Of(["round", "show", "1", "--session", "Spoilt", .. place]);

        Assert.Equal(ExitCode.Rejected, code);
        Assert.Contains("round 1 never opens, at coefficient", session.Error, StringComparison.Ordinal);
        Assert.Contains("bank-b does not prove its opening", session.Error, StringComparison.Ordinal);
        JsonElement shown = JsonDocument.Parse(show.Out).RootElement;
        Assert.Equal("spoiled", shown.GetProperty("status").GetString());
        Assert.EndsWith("Start a session without bank-b", shown.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("named", page.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("bank-a does not account", session.Error + session.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_BankRejects_NamesItAndTheReasonAndCanBeResumed()
    {
        await using ScriptedSession session = await ScriptedSession.BeginAsync("bank-c");
        var unwilling = new PartyId("bank-c");
        PartyBus bus = null!;
        bus = session.Join(unwilling, async (frame, cancellation) =>
        {
            if (MessageCodec.Decode(frame.Body, session.Folder.Configuration.Limits) is Signed<SessionPlan> plan)
            {
                await bus.SendAsync(session.Aggregator, MessageCodec.Encode(session.Folder.Sign(unwilling, new Rejected
                {
                    Consortium = session.Folder.Configuration.Digest,
                    Session = new SessionId(plan.Digest),
                    SubjectType = MessageType.SessionPlan,
                    SubjectDigest = plan.Digest,
                    Reason = RejectionReason.NotAllowed,
                    Detail = "This bank trains nothing on Sundays.",
                })), cancellation);
            }

            return Delivery.Accepted;
        });
        await bus.StartAsync(session.Limit);

        ExitCode code = await SessionStart.SendAsync(
            session.Terminal, session.Client, session.Plan(2), TimeSpan.FromSeconds(30), json: false, watch: true, session.Limit);

        Assert.Equal(ExitCode.Rejected, code);
        Assert.Contains("bank-c rejected: This bank trains nothing on Sundays.", session.Error);
        await bus.DisposeAsync();

        // On Monday it takes part: the plan is sent again.
        await session.StartBankAsync(unwilling);
        SessionLog log = await OperatorRun.FindAsync(session.Client.Journal, null, session.Limit);
        Assert.Equal(
            ExitCode.Done,
            await SessionControls.SendAsync(
                session.Terminal, session.Client, log, SessionAction.Resume, "Monday", TimeSpan.FromSeconds(30), session.Limit));
        Assert.Equal(
            ExitCode.Done, await SessionWatch.FollowAsync(session.Terminal, session.Client, log, json: false, session.Limit));
    }

    [Fact]
    public async Task Start_PlanTheAggregatorCannotRun_IsRejectedByIt()
    {
        await using ScriptedSession session = await ScriptedSession.BeginAsync();

        ExitCode code = await SessionStart.SendAsync(
            session.Terminal, session.Client, session.Plan(2) with { MinimumCohort = 2 }, TimeSpan.FromSeconds(30), json: false,
            watch: false, session.Limit);

        Assert.Equal(ExitCode.Rejected, code);
        Assert.Contains("the aggregator rejected the plan", session.Out);
    }

    [Fact]
    public async Task PauseResumeAbort_AreConfirmedByTheAggregator()
    {
        await using ScriptedSession session = await ScriptedSession.BeginAsync("bank-b");
        SessionId id = await session.Client.StartAsync(session.Plan(2), session.Limit);
        var log = new SessionLog(id);
        await session.Client.FollowAsync(log, heard => heard.Status is not null, Timeout.InfiniteTimeSpan, session.Limit);

        foreach ((SessionAction action, OutcomeKind expected) in
            ((SessionAction, OutcomeKind)[])[
                (SessionAction.Pause, OutcomeKind.Paused), (SessionAction.Resume, OutcomeKind.Running),
                (SessionAction.Abort, OutcomeKind.Aborted)])
        {
            Assert.Equal(
                ExitCode.Done,
                await SessionControls.SendAsync(
                    session.Terminal, session.Client, log, action, "test", TimeSpan.FromSeconds(30), session.Limit));
            Assert.Equal(expected, log.Outcome(session.Aggregator).Kind);
        }

        CommandException again = await Assert.ThrowsAsync<CommandException>(
            () => SessionControls.SendAsync(
                session.Terminal, session.Client, log, SessionAction.Resume, "test", TimeSpan.FromSeconds(30), session.Limit));
        Assert.Equal(ExitCode.Rejected, again.Code);
    }

    [Fact]
    public async Task Pause_JournalLost_FindsTheNextNumber()
    {
        await using ScriptedSession session = await ScriptedSession.BeginAsync("bank-b");
        SessionId id = await session.Client.StartAsync(session.Plan(2), session.Limit);
        var log = new SessionLog(id);
        await session.Client.FollowAsync(log, heard => heard.Status is not null, Timeout.InfiniteTimeSpan, session.Limit);
        await SessionControls.SendAsync(
            session.Terminal, session.Client, log, SessionAction.Pause, "test", TimeSpan.FromSeconds(30), session.Limit);
        await SessionControls.SendAsync(
            session.Terminal, session.Client, log, SessionAction.Resume, "test", TimeSpan.FromSeconds(30), session.Limit);

        var forgetful = new SessionLog(id);
        await SessionControls.SendAsync(
            session.Terminal, session.Client, forgetful, SessionAction.Pause, "test", TimeSpan.FromSeconds(30), session.Limit);

        Assert.Equal(3, forgetful.Status!.ControlSequence);
        Assert.Equal(OutcomeKind.Paused, forgetful.Outcome(session.Aggregator).Kind);
    }

    [Fact]
    public async Task Watch_Interrupted_SaysThatTheSessionGoesOn()
    {
        await using ScriptedSession session = await ScriptedSession.BeginAsync("bank-b");
        SessionId id = await session.Client.StartAsync(session.Plan(1), session.Limit);
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(session.Limit);
        var log = new SessionLog(id);
        await session.Client.FollowAsync(log, heard => heard.Status is not null, Timeout.InfiniteTimeSpan, session.Limit);

        Task<ExitCode> watching = SessionWatch.FollowAsync(session.Terminal, session.Client, log, json: false, interrupt.Token);
        await interrupt.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        Assert.Contains("the session goes on", session.Error);
    }

    [Theory]
    [InlineData(new[] { "--rounds", "0" }, "--rounds takes 1 to")]
    [InlineData(new[] { "--participant", "bank-z" }, "'bank-z' is no participant")]
    [InlineData(new[] { "--participant", "bank-a", "--participant", "bank-b" }, "minimumCohort")]
    [InlineData(new[] { "--trees", "0" }, "Trees is 0")]
    [InlineData(new[] { "--steps", "3" }, "--steps is no setting of the family 'boosting'")]
    [InlineData(new[] { "--acceptance", "3" }, "Fraction is 3")]
    [InlineData(new[] { "--minimum-cohort", "2" }, "--minimum-cohort takes 3 to 3")]
    public async Task Start_PlanThatCannotWork_IsRejectedBeforeAnythingIsSent(string[] options, string expected)
    {
        using var folder = new Testing.ConsortiumFolder(["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"]);

        CommandLineRun run = await CommandLineRun.Of(
            ["session", "start", "--first-day", "2022-01-01", "--last-day", "2022-12-31", "--folder", folder.Path, .. options]);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(expected, run.Error);
    }

    [Theory]
    [InlineData]
    [InlineData("--first-day", "2022-01-01")]
    public async Task Start_WithoutBothDays_NamesTheOptionsWithAnExample(params string[] days)
    {
        using var folder = new Testing.ConsortiumFolder(["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"]);

        CommandLineRun run = await CommandLineRun.Of(["session", "start", "--folder", folder.Path, .. days]);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("--first-day 2026-01-01 --last-day 2026-03-31", run.Error);
    }

    [Theory]
    [InlineData("boosting", 200 * 30)]
    [InlineData("logistic", 26)]
    public async Task StartDryRun_Defaults_PrintAPlanWithRoomForEveryRound(string family, int rounds)
    {
        using var folder = new Testing.ConsortiumFolder(["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"]);

        CommandLineRun run = await CommandLineRun.Of(
            "session", "start", "--first-day", "2022-01-01", "--last-day", "2022-12-31",
            "--dry-run", "--json", "--family", family, "--folder", folder.Path);

        Assert.Equal(ExitCode.Done, run.Code);
        JsonElement plan = JsonDocument.Parse(run.Out).RootElement;
        Assert.True(plan.GetProperty("rounds").GetInt32() >= rounds);
        Assert.Equal("fixed", plan.GetProperty("cohort").GetString());
        Assert.Equal(3, plan.GetProperty("participants").GetArrayLength());
    }

    [Fact]
    public async Task StartDryRun_SettingsOfTheFamily_AreInThePlan()
    {
        using var folder = new Testing.ConsortiumFolder(["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"]);

        CommandLineRun run = await CommandLineRun.Of(
            "session", "start", "--first-day", "2022-01-01", "--last-day", "2022-12-31",
            "--dry-run", "--json", "--trees", "7", "--l2", "2.5", "--edges", "sketched", "--view", "late", "--folder",
            folder.Path);

        JsonElement plan = JsonDocument.Parse(run.Out).RootElement, settings = plan.GetProperty("settings");
        Assert.Equal("training", plan.GetProperty("workload").GetString());
        Assert.Equal("boosting", settings.GetProperty("family").GetString());
        Assert.Equal("late", settings.GetProperty("view").GetString());
        Assert.Equal(7, settings.GetProperty("trees").GetInt32());
        Assert.Equal(2.5, settings.GetProperty("l2").GetDouble());
        Assert.Equal("sketched", settings.GetProperty("edges").GetString());
        Assert.Equal(31, settings.GetProperty("leaves").GetInt32());
    }

    [Fact]
    public async Task StartDryRun_ViewThatNobodyKnows_NamesThoseThatAreKnown()
    {
        CommandLineRun run = await CommandLineRun.Of("session", "start", "--dry-run", "--view", "tomorrow");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("'now'", run.Error);
        Assert.Contains("'late'", run.Error);
    }

    [Fact]
    public async Task Start_ChangingCohort_WarnsOfWhatItTells()
    {
        using var folder = new Testing.ConsortiumFolder(["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"]);

        CommandLineRun run = await CommandLineRun.Of(
            "session", "start", "--first-day", "2022-01-01", "--last-day", "2022-12-31",
            "--dry-run", "--changing-cohort", "--folder", folder.Path);

        Assert.Contains("let others estimate what that bank adds", run.Error);
    }
}
