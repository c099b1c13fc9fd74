using Consortium.Hosting.Sqlite;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Models.Files;
using Consortium.Learning.Payments;
using Consortium.Learning.Payments.Outcomes;
using Consortium.Participant.Store;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Tests;

public sealed class ParticipantRoleTests
{
    private static readonly LogisticSettings Logistic = new() { Steps = 3, PositiveWeight = 5 };

    private static readonly BoostingSettings Boosting = new()
    {
        Trees = 1,
        Leaves = 4,
        SplitsPerRound = 2,
        Bins = 7,
        ColumnFraction = 0.1,
        MinimumChildWeight = 0.5,
        PositiveWeight = 5,
    };

    /// <summary>A vote that every model wins where anyone can judge it.</summary>
    private static readonly AcceptanceSettings Lenient = new() { Fraction = 0.01, LeastLaundering = 1, LeastVotes = 1 };

    public static TheoryData<FamilySettings, string> Families => new()
    {
        { Logistic, "now" }, { Boosting, "now" }, { Logistic, "late" }, { Boosting, "late" },
    };

    [Theory]
    [MemberData(nameof(Families))]
    public async Task Session_ThreeBanks_EndsInThePooledModelAndKeepsIt(FamilySettings settings, string view)
    {
        FeatureView looked = FeatureView.All.Single(known => known.Name == view);
        using var session = new TestSession(settings, rounds: 30, Lenient, looked);
        await session.JoinAsync();
        for (int round = 1; !session.IsFinal; round++)
        {
            await session.PlayAsync(round);
        }

        await session.Banks[0].DeliverAsync(session.Opened(session.Round + 1)); // nothing is left to train
        await session.ReceiveAsync(session.Banks[0]);
        Assert.Equal(RejectionReason.SessionNotRunning, Assert.Single(session.Rejections).Reason);

        Model pooled = TestSession.Pooled(session.Training);
        foreach (TestBank bank in session.Banks)
        {
            string file = Assert.Single(bank.Output("models"));
            ModelFile model = await ModelFile.LoadAsync(file, TestContext.Current.CancellationToken);
            Assert.Equal(pooled.ToBytes(), model.Model.ToBytes());
            Assert.True(bank.Status.IsGood);
            Assert.Equal(
                view,
                Assert.Single(
                    await AdoptedModel.ReadAsync(new FolderStorage(bank.Data), TestContext.Current.CancellationToken)).View);
        }
    }

    [Fact]
    public async Task Session_BanksVoteAgainstTheModel_KeepTheModelTheyHad()
    {
        using var session = new TestSession(
            Logistic, rounds: 30, new AcceptanceSettings { Fraction = AcceptanceSettings.MostFraction, LeastLaundering = 1 });
        await session.JoinAsync();
        for (int round = 1; !session.IsFinal; round++)
        {
            await session.PlayAsync(round);
        }

        foreach (TestBank bank in session.Banks)
        {
            VoteTally vote = session.LastAdvance(bank).Vote!;
            Assert.Equal((false, 0, 3), (vote.IsAdopted, vote.Void, vote.Accepting + vote.Rejecting + vote.Abstaining));
            Assert.Empty(bank.Output("models"));
            ModelVote kept = Assert.Single(
                await ModelVote.ReadAsync(new FolderStorage(bank.Data), TestContext.Current.CancellationToken));
            Assert.Equal(vote, kept.Vote);
            Assert.Empty(await AdoptedModel.ReadAsync(new FolderStorage(bank.Data), TestContext.Current.CancellationToken));
            Assert.True(bank.Status.IsGood);
        }
    }

    [Fact]
    public async Task Session_RestartedBetweenAllSteps_EndsInThePooledModel()
    {
        using var session = new TestSession(Logistic, rounds: 4, Lenient);
        await session.JoinAsync();
        for (int round = 1; round <= 4; round++)
        {
            await session.PlayAsync(round, between: async () =>
            {
                await session.Banks[1].RestartAsync();
                await session.ReceiveAsync(session.Banks[1]);
            });
        }

        ModelFile model = await ModelFile.LoadAsync(
            Assert.Single(session.Banks[1].Output("models")), TestContext.Current.CancellationToken);
        Assert.Equal(TestSession.Pooled(session.Training).ToBytes(), model.Model.ToBytes());
    }

    [Fact]
    public async Task Session_KilledAtManyAccessesToStorage_EndsInThePooledModel()
    {
        using var session = new TestSession(Logistic, rounds: 4, Lenient);
        await session.JoinAsync();
        int kills = 0;
        for (int round = 1; round <= 4; round++)
        {
            session.Banks[2].KillAt(3 + (7 * kills++));
            await session.PlayAsync(round, between: () =>
            {
                session.Banks[2].KillAt(1 + (kills++ * 5 % 23));
                return Task.CompletedTask;
            });
        }

        ModelFile model = await ModelFile.LoadAsync(
            Assert.Single(session.Banks[2].Output("models")), TestContext.Current.CancellationToken);
        Assert.Equal(TestSession.Pooled(session.Training).ToBytes(), model.Model.ToBytes());
    }

    [Fact]
    public async Task SecondAttempt_SendsTheSameVectorUnderAnotherKey()
    {
        using var session = new TestSession(Logistic, rounds: 3);
        await session.JoinAsync();
        foreach (TestBank bank in session.Banks)
        {
            await bank.DeliverAsync(session.Opened(1));
            await session.ReceiveAsync(bank);
        }

        await session.PlayAsync(1, attempt: 2);
        await session.PlayAsync(2);
        await session.PlayAsync(3);

        ModelFile model = await ModelFile.LoadAsync(
            Assert.Single(session.Banks[0].Output("models")), TestContext.Current.CancellationToken);
        Assert.Equal(TestSession.Pooled(session.Training).ToBytes(), model.Model.ToBytes());
    }

    [Fact]
    public async Task ReturningBank_GivenMissedReleasesInAnyOrder_CatchesUp()
    {
        using var session = new TestSession(Logistic, rounds: 3);
        await session.JoinAsync();
        TestBank late = session.Banks[0];
        Dictionary<PartyId, IReadOnlyList<byte[]>> first = await session.PlayAsync(1, away: 0);

        await late.DeliverAsync(session.Opened(2));
        await session.ReceiveAsync(late);
        Assert.Contains(session.CatchUps, request => request.From.Value == 1);

        await late.DeliverAsync(first[late.Id].Reverse());
        await session.ReceiveAsync(late);
        Assert.Equal(session.State, session.LastAdvance(late).State);
    }

    [Fact]
    public async Task Opened_BeforeThisBankTookTheStep_IsTakenUpAfterIt()
    {
        using var session = new TestSession(Logistic, rounds: 3);
        await session.JoinAsync();
        TestBank slow = session.Banks[0];
        Dictionary<PartyId, IReadOnlyList<byte[]>> first = await session.PlayAsync(1, away: 0);

        session.CatchUps.Clear();
        await slow.DeliverAsync(session.Opened(2));
        await slow.DeliverAsync(first[slow.Id]);
        await session.ReceiveAsync(slow);

        Assert.True(
            session.HasUpdate(slow, 2), "Nobody asks this bank again before a reminder, so it must remember that it was asked.");
        Assert.Empty(session.CatchUps);
    }

    [Fact]
    public async Task Plan_ThatPolicyForbids_IsRejectedWithAReason()
    {
        using var session = new TestSession(Logistic, rounds: 3);
        DirectoryInfo root = Directory.CreateTempSubdirectory("consortium-policy-");
        using (var bank = new TestBank(
            "bank-a", TestSession.View(0), root.FullName, TestBank.Policy with { Families = ["boosting"] }))
        {
            await session.JoinAsync(bank);
            await bank.DeliverAsync(session.Opened(1));
            await session.ReceiveAsync(bank);
        }

        root.Delete(recursive: true);
        Rejected rejected = Assert.Single(session.Rejections);
        Assert.Equal((RejectionReason.NotAllowed, session.Plan.Digest), (rejected.Reason, rejected.SubjectDigest));
        Assert.Contains("boosting", rejected.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_ThatReadsPayments_IsRejectedByAPolicyThatNamesNoFloors()
    {
        using var session = new TestSession(PlanFloorsTests.ReadsPayments, rounds: 3);
        DirectoryInfo root = Directory.CreateTempSubdirectory("consortium-policy-");
        using (var bank = new TestBank("bank-a", TestSession.View(0), root.FullName, TestBank.Policy with { Floors = null }))
        {
            await session.JoinAsync(bank);
            await bank.DeliverAsync(session.Opened(1));
            await session.ReceiveAsync(bank);
        }

        root.Delete(recursive: true);
        Rejected rejected = Assert.Single(session.Rejections);
        Assert.Equal((RejectionReason.NotAllowed, session.Plan.Digest), (rejected.Reason, rejected.SubjectDigest));
        Assert.Contains("floors.leastChildHessian: The plan's", rejected.Detail, StringComparison.Ordinal);
        Assert.Contains("is 0.001; this bank allows 5 or more.", rejected.Detail, StringComparison.Ordinal);
        Assert.False(session.HasUpdate(session.Banks[0], 1));
    }

    [Fact]
    public async Task Opened_FromAnotherState_IsNamedAsDivergenceAndGetsNoUpdate()
    {
        using var session = new TestSession(Logistic, rounds: 3);
        await session.JoinAsync();
        await session.Banks[0].DeliverAsync(session.Opened(1, from: new StateDigest(Digest.Of([1]))));
        await session.ReceiveAsync(session.Banks[0]);

        Assert.Equal(RejectionReason.Diverged, Assert.Single(session.Rejections).Reason);
        Assert.False(session.Banks[0].Status.IsGood);
        Assert.Contains("diverged", session.Banks[0].Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NewFile_AfterTraining_IsScoredToRankedAlertsWithReasons()
    {
        using var session = new TestSession(Logistic, rounds: 3);
        await session.JoinAsync();
        for (int round = 1; round <= 3; round++)
        {
            await session.PlayAsync(round);
        }

        BankView view = TestSession.View(0);
        Payment last = view.Payments[^1];
        Payment[] fresh = [.. view.Payments.ToArray().Where(payment => view.Owns(payment)).Take(20)
            .Select((payment, i) => payment with { Timestamp = last.Timestamp.AddMinutes(i + 1), Label = Label.Unknown })];
        TestBank bank = session.Banks[0];
        bank.Write("0002.csv", view.Accounts, fresh);
        await bank.DeliverAsync(); // the file is looked at twice: it must have stopped growing
        await bank.DeliverAsync();

        string[] lines = await File.ReadAllLinesAsync(
            Assert.Single(bank.Output("alerts")), TestContext.Current.CancellationToken);
        Assert.InRange(lines.Length, 2, 1 + (3 * 2));
        double[] probabilities =
            [.. lines[1..].Select(line => double.Parse(line.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(probabilities.OrderDescending(), probabilities);
        Assert.All(lines[1..], line => Assert.Matches("\"[^\"]+\"$", line));
    }

    [Fact]
    public async Task LateOutcomes_OnDaysThatWereSummed_LeaveTheBankInWithTheLabelsOfThatTime()
    {
        using var first = new TestSession(Logistic, rounds: 3);
        await first.JoinAsync();
        for (int round = 1; round <= 3; round++)
        {
            await first.PlayAsync(round);
        }

        await TakeOutcomesAsync(first.Banks[0]);
        var second = new TestSession(first, Logistic with { Steps = 2 }, rounds: 2, seed: 12);
        await second.JoinAsync();
        for (int round = 1; round <= 2; round++)
        {
            await second.PlayAsync(round);
        }

        Assert.Empty(second.Rejections);
        Assert.Equal(TestSession.Pooled(second.Training).ToBytes(), await NewestModelAsync(second, first));
    }

    [Fact]
    public async Task LateOutcomes_OnDaysThatNoSessionCovered_AreLearntFrom()
    {
        using var session = new TestSession(Logistic, rounds: 3);
        await TakeOutcomesAsync(session.Banks[0]);
        await session.JoinAsync();
        for (int round = 1; round <= 3; round++)
        {
            await session.PlayAsync(round);
        }

        Assert.NotEqual(TestSession.Pooled(session.Training).ToBytes(), await NewestModelAsync(session, null));
    }

    /// <summary>Says of half of a bank's payments that they were laundering after all.</summary>
    private static async Task TakeOutcomesAsync(TestBank bank)
    {
        BankView view = TestSession.View(0);
        await bank.DeliverAsync();
        bank.Write("outcomes.csv", "Alert ID,Outcome,Date\n" + string.Concat(view.Payments.ToArray()
            .Where((payment, i) => view.Owns(payment) && i % 2 == 0)
            .Select(payment => $"{AlertId.Of(payment, view.Accounts)},true,2022-12-01\n")));
        await bank.DeliverAsync(); // the file is looked at twice: it must have stopped growing
        await bank.DeliverAsync();
    }

    private static async Task<byte[]> NewestModelAsync(TestSession session, TestSession? before)
    {
        byte[] old = before is null ? [] : TestSession.Pooled(before.Training).ToBytes();
        var models = new List<byte[]>();
        foreach (string file in session.Banks[0].Output("models"))
        {
            models.Add((await ModelFile.LoadAsync(file, TestContext.Current.CancellationToken)).Model.ToBytes());
        }

        return Assert.Single(models, model => !model.AsSpan().SequenceEqual(old));
    }
}
