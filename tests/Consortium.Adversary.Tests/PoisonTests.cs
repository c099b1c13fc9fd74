using System.Collections.Immutable;
using Consortium.Adversary.Tests.Stepped;
using Consortium.Hosting.Sqlite;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Models;
using Consortium.Participant;
using Consortium.Participant.Rounds;
using Consortium.Participant.Store;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.Adversary.Tests;

/// <summary>
/// A bank whose every message is right and whose numbers are not, among four real daemons that vote on the model. What such a
/// bank can do to a model, and what the vote makes of it, is measured by <c>figures poisoning</c> of tests/Consortium.Benchmarks.
/// </summary>
public sealed class PoisonTests
{
    private static readonly PartyId Dishonest = Parties.Bank("c");

    private static readonly TrainingPlan Training = GeneratedBanks.Training(
        new BoostingSettings
        {
            Trees = 8,
            Leaves = 6,
            SplitsPerRound = 5,
            Bins = 63,
            ColumnFraction = 0.5,
            MinimumChildWeight = 1,
            L2 = 1,
            LearningRate = 0.5,
            PositiveWeight = 5,
        },
        new AcceptanceSettings { Fraction = 0.7, LeastLaundering = 5 });

    [Fact]
    public async Task PassOffAPoisonedModel_ExtremeHistogramsWithinRange_IsNotAdoptedAndBanksKeepTheModelTheyHad()
    {
        await using SteppedConsortium consortium = Consortium(out GeneratedBanks banks);
        ImmutableArray<PartyId> honest = [.. consortium.Folder.Banks.Remove(Dishonest)];

        // The same cohort twice: ledgers reject two cohorts over the same days that differ by one bank.
        Signed<SessionPlan> before = consortium.Start(Plan(banks, "Before"));
        DishonestBank.Play(
            consortium, before, Dishonest, shape => shape.IsBallot ? [1, 0, 0] : Nothing(shape));
        Assert.True((await VoteAsync(consortium, before)).IsAdopted);

        Signed<SessionPlan> poisoned = consortium.Start(Plan(banks, "Poisoned"));
        DishonestBank.Play(consortium, poisoned, Dishonest, shape => shape.IsBallot
            ? [1, 0, 0]
            : Extremes(shape));
        VoteTally vote = await VoteAsync(consortium, poisoned);

        Assert.Equal((false, 0), (vote.IsAdopted, vote.Void));
        Assert.Equal(5, vote.Accepting + vote.Rejecting + vote.Abstaining);
        foreach (PartyId bank in honest)
        {
            string home = consortium.Folder.FolderOf(bank);
            string kept = Path.GetFileNameWithoutExtension(
                Assert.Single(Directory.GetFiles(Path.Combine(home, "output", "models"))));
            var storage = new FolderStorage(consortium.Daemons.Single(daemon => daemon.Id == bank).DataPath);
            AdoptedModel adopted = Assert.Single(await AdoptedModel.ReadAsync(storage, TestContext.Current.CancellationToken));
            Assert.Equal((before.Digest, kept), (adopted.Session.Value, adopted.Model.ToString()));
        }
    }

    private static SteppedConsortium Consortium(out GeneratedBanks banks)
    {
        var folder = SteppedConsortium.FolderOf(5);
        banks = GeneratedBanks.Write(folder, accounts: 300, payments: 15_000);
        return SteppedConsortium.WithBanks(folder, banks, without: Dishonest);
    }

    private static SessionPlan Plan(GeneratedBanks banks, string name) => banks.Session(Training, Training.MostRounds, name);

    /// <summary>Runs until the four honest banks are done, and gives the vote on which they agree.</summary>
    private static async Task<VoteTally> VoteAsync(SteppedConsortium consortium, Signed<SessionPlan> plan)
    {
        ModelAdvanced[] Ends() =>
        [
            .. consortium.Network.Said<Signed<ModelAdvanced>>()
                .Where(
                    said => said.Letter.To == consortium.AggregatorId
                        && said.Message.Statement.Attempt.Session.Value == plan.Digest
                        && said.Message.Statement.IsFinal)
                .DistinctBy(said => said.Message.Sender).Select(said => said.Message.Statement),
        ];

        await consortium.RunAsync(() => Ends().Length == 4);
        (_, VoteTally? vote) = Assert.Single(Ends().Select(end => (end.State, end.Vote)).Distinct());
        return vote!;
    }

    /// <summary>
    /// The least and the greatest value without a pattern. The same extreme everywhere spoils too little: banks adopt that model.
    /// </summary>
    private static long[] Extremes(UpdateShape shape) =>
        [
            .. Enumerable.Range(0, shape.Values)
                .Select(i => unchecked((uint)i * 2_654_435_761u) >> 31 == 0 ? 0 : (long)shape.Levels - 1),
        ];

    /// <summary>
    /// What a bank without rows sends: counts of 0, and gradients of 0, which lie in the middle of their range.
    /// </summary>
    internal static long[] Nothing(UpdateShape shape) =>
        [.. Enumerable.Range(0, shape.Values).Select(
            i => shape.Levels > 1 << 20 && i % 2 == 0 ? (long)(shape.Levels - 1) / 2 : 0)];
}
