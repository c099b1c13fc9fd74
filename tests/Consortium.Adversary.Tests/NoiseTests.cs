using System.Collections.Immutable;
using Consortium.Adversary.Tests.Stepped;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Models;
using Consortium.Primitives;
using Consortium.Privacy;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.Adversary.Tests;

/// <summary>Sessions with noise among real daemons, and attempts to have more told than the budget allows.</summary>
public sealed class NoiseTests
{
    private static readonly PrivacyBudget Budget = new() { Epsilon = 8, Delta = 1e-6, Unit = PrivacyUnit.Account };

    private static readonly BoostingSettings Settings = new()
    {
        Trees = 3,
        Leaves = 3,
        Bins = 15,
        Columns = ColumnChoice.Turns,
        L2 = 5,
    };

    /// <summary>Three quarters of the budget: a second session of the kind is too much.</summary>
    private static readonly TrainingPlan Training = GeneratedBanks.Training(
        Settings,
        noise: new NoisePlan
        {
            Multiplier = NoisePlan.MultiplierFor(new PrivacyLoss(Budget.Loss.Billionths * 3 / 4), Settings.MostRounds),
            Unit = PrivacyUnit.Account,
            AccountCap = 4,
            LeastBanks = 3,
        });

    /// <summary>Encrypted, summed and opened: the same bytes as all rows and all noise in one place.</summary>
    [Fact]
    public async Task Session_WithNoise_EndsWherePoolingWithTheSameNoiseDoes()
    {
        (ConsortiumFolder folder, GeneratedBanks banks) = Consortium();
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(folder, banks, noise: NoiseOf(folder));
        (StateDigest pooled, int rounds) = banks.Pooled(Training, _ => folder.Banks, noise: NoiseOf(folder));
        (StateDigest exact, _) = banks.Pooled(Training.WithoutNoise());

        Signed<SessionPlan> plan = consortium.Start(banks.Session(Training, rounds, "With noise"));
        ImmutableArray<StateDigest> reached = await consortium.FinishAsync(plan);

        Assert.All(reached, state => Assert.Equal(pooled, state));
        Assert.NotEqual(exact, pooled);
    }

    /// <summary>
    /// A second session over the same days, with another seed or family: every bank and every key holder rejects it, also after
    /// a restart with an empty data folder, and over days that only overlap. Other days have their own budget.
    /// </summary>
    [Fact]
    public async Task NewSession_BeyondTheBudget_IsRejectedByAll_AlsoAfterARestartWithoutItsData()
    {
        (ConsortiumFolder folder, GeneratedBanks banks) = Consortium();
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(folder, banks);
        SessionPlan first = banks.Session(Training, Settings.MostRounds, "First") with { Window = GeneratedBanks.Early };
        await consortium.FinishAsync(consortium.Start(first));
        foreach (SteppedDaemon daemon in consortium.Daemons.Where(daemon => daemon.Id != consortium.AggregatorId))
        {
            await daemon.RestartAsync(() => Directory.Delete(daemon.DataPath, recursive: true));
        }

        SessionPlan again = first with { Name = "Again", CreatedAt = first.CreatedAt + 1 };
        var overlapping = new DataWindow(GeneratedBanks.Early.First, GeneratedBanks.Late.Last);
        foreach (SessionPlan beyond in (SessionPlan[])[again, again with { Window = overlapping }])
        {
            await AssertRejectedByAllAsync(consortium, beyond, "The plan costs rho");
        }

        await AssertRejectedByAllAsync(
            consortium,
            banks.Session(Training.WithoutNoise(), Settings.MostRounds, "Exact") with { Window = GeneratedBanks.Late },
            "The plan carries no noise");
        Signed<SessionPlan> late = consortium.Start(first with { Name = "Late", Window = GeneratedBanks.Late });
        Assert.Single((await consortium.FinishAsync(late)).Distinct());
    }

    /// <summary>
    /// What key holders count is what the session plan says; a plan that says less than it tells is rejected by every bank.
    /// </summary>
    [Fact]
    public async Task Plan_ThatSaysLessThanItTells_IsRejectedByEveryBank()
    {
        (ConsortiumFolder folder, GeneratedBanks banks) = Consortium();
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(folder, banks);
        SessionPlan honest = banks.Session(Training, Settings.MostRounds, "Low");
        Signed<SessionPlan> plan = consortium.Start(
            honest with { Noise = honest.Noise! with { Loss = new PrivacyLoss(1_000) } });

        await consortium.RunAsync(() => folder.Banks.All(bank => consortium.RejectedBy(bank).Any()));

        Assert.All(folder.Banks, bank => Assert.Contains(
            "cost", consortium.RejectedBy(bank).First().Detail, StringComparison.Ordinal));
        Assert.Empty(consortium.Reached(plan, 1));
    }

    private static async Task AssertRejectedByAllAsync(SteppedConsortium consortium, SessionPlan plan, string reason)
    {
        Signed<SessionPlan> signed = consortium.Start(plan);
        ImmutableArray<PartyId> parties =
            [.. consortium.Folder.Banks, .. consortium.KeyHolders.Select(holder => holder.Id)];
        bool Rejects(PartyId party) => consortium.RejectedBy(party).Any(
            rejected => rejected.Session == new SessionId(signed.Digest) && rejected.Reason == RejectionReason.LedgerConflict
                && rejected.Detail.StartsWith(reason, StringComparison.Ordinal));
        await consortium.RunAsync(() => parties.All(Rejects));
        Assert.Empty(consortium.Reached(signed, 1));
    }

    private static (ConsortiumFolder Folder, GeneratedBanks Banks) Consortium()
    {
        var folder = new ConsortiumFolder(
            ["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"],
            budget: new ConsortiumFile.BudgetEntry(Budget.Epsilon, Budget.Delta, "account"));
        return (folder, GeneratedBanks.Write(folder, accounts: 60, payments: 1_000));
    }

    private static Func<PartyId, NoiseSource> NoiseOf(ConsortiumFolder folder) =>
        bank => new SeededNoise(folder.Banks.IndexOf(bank));
}
