using Consortium.Protocol.Configuration;

#pragma warning disable RS0030 // A seeded generator of junk.
using System.Collections.Immutable;
using System.Diagnostics;
using Consortium.Adversary.Tests.Stepped;
using Consortium.Hosting.Bus;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Primitives;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.Adversary.Tests;

/// <summary>
/// Junk of every kind against live daemons. A few thousand fuzzed messages run with the tests; CONSORTIUM_FUZZED_MESSAGES=1000000
/// makes a long run, CONSORTIUM_SEED chooses another.
/// </summary>
public sealed class NetworkTests
{
    private static readonly int Fuzzed = int.TryParse(
        Environment.GetEnvironmentVariable("CONSORTIUM_FUZZED_MESSAGES"), out int count)
        ? count
        : 3_000;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("CONSORTIUM_SEED"), out int seed)
        ? seed
        : 1;
    private static readonly TrainingPlan Training = GeneratedBanks.Training(new LogisticSettings { Steps = 1 });

    [Fact]
    public async Task DrownTheRounds_TenJunkFramesForEachRealOne_SessionEndsInTheSameState()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks);
        TrainingPlan training = GeneratedBanks.Training(new LogisticSettings { Steps = 2 });
        (StateDigest pooled, int rounds) = banks.Pooled(training);
        var junk = new Junk(Seed);
        int sent = 0;
        consortium.Network.Route = letter =>
        {
            sent += 10;
            return [.. Enumerable.Range(0, 10).Select(_ => letter with { Body = junk.Of(letter.Body) }), letter];
        };
        Signed<SessionPlan> plan = consortium.Start(banks.Session(training, rounds, "Drowned"));
        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(pooled, state));
        Assert.True(sent > 1_000, $"only {sent} junk frames");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task ExhaustMemory_FramesAtTheSizeLimit_AreDeadLetters(int beyond)
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks);
        (StateDigest pooled, int rounds) = banks.Pooled(Training);
        Signed<SessionPlan> plan = consortium.Start(banks.Session(Training, rounds, "Large"));
        await consortium.RunAsync(() => consortium.Network.Said<UpdateSubmitted>().Count > 0);
        MessageLimits limits = consortium.Folder.Configuration.Limits;
        byte[] message = new byte[limits.MessageBytes + beyond], chunks = new byte[limits.FrameBytes + beyond];
        MessageCodec.Encode(plan).CopyTo(message, 0);
        consortium.Network.Sent.First(letter => letter.IsChunks).Body.CopyTo(chunks);
        foreach (SteppedDaemon daemon in consortium.Daemons)
        {
            consortium.Network.Post(new Letter(Parties.Bank("a"), daemon.Id, message));
            consortium.Network.Post(new Letter(Parties.Bank("a"), daemon.Id, chunks));
        }

        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(pooled, state));
        Assert.Equal(2 * consortium.Daemons.Count, consortium.Network.DeadLetters.Count);
        Assert.All(consortium.Network.DeadLetters, dead => Assert.True(dead.Letter.Reason.Length < 512, dead.ToString()));
    }

    [Fact]
    public async Task CrashADaemonOrFillIt_FuzzedMessages_AreRejectedInBoundedMemoryAndTheSessionEnds()
    {
        long start = Stopwatch.GetTimestamp();
        await using SteppedConsortium consortium = SpoiltSession.Fresh(out GeneratedBanks banks);
        ImmutableArray<PartyId> honest = consortium.Folder.Banks.Remove(SpoiltSession.Dishonest);
        (StateDigest pooled, int rounds) = banks.Pooled(Training, _ => honest, days: GeneratedBanks.Late);

        // What parties say in a session that ends, and in one whose sum does not open, is what is mutated; the daemons are then
        // in the middle of another.
        ImmutableArray<Letter> corpus = await CorpusAsync(consortium, banks, rounds, honest);
        Signed<SessionPlan> plan = consortium.Start(
            banks.Session(Training, rounds, "Fuzzed") with { Participants = honest, Window = GeneratedBanks.Late });
        await consortium.RunAsync(() => consortium.Reached(plan, 1).Length > 0);
        corpus = [.. corpus, .. consortium.Network.Sent];
        var heardBy = corpus.GroupBy(letter => letter.To).ToDictionary(letters => letters.Key, letters => letters.ToArray());

        var random = new Random(Seed);
        var junk = new Junk(Seed);
        int accepted = 0;
        long before = 0;
        for (int i = 0; i < Fuzzed; i++)
        {
            if (i == Fuzzed / 10)
            {
                before = GC.GetTotalMemory(forceFullCollection: true);
            }

            SteppedDaemon daemon = consortium.Daemons[random.Next(consortium.Daemons.Count)];
            Letter[] heard = heardBy[daemon.Id];
            Letter letter = heard[random.Next(heard.Length)];
            PartyId from = random.Next(4) == 0
                ? consortium.Folder.Parties[random.Next(consortium.Folder.Parties.Length)]
                : letter.From;
            accepted += await daemon.HandleAsync(from, junk.Of(letter.Body)) == Delivery.Accepted ? 1 : 0;
        }

        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(pooled, state));
        Assert.True(grown < 32 << 20, $"memory grew by {grown >> 10} KiB");
        string summary =
            $"{Fuzzed} fuzzed messages, {accepted} of them late or unaltered in what counts, seed {Seed}, "
                + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s, memory {grown >> 10} KiB";
        TestContext.Current.TestOutputHelper?.WriteLine(summary);
    }

    [Theory]
    [InlineData("bank-c")]
    [InlineData("holder-c")]
    public async Task TakeWhatIsSentToOneParty_PlanResumptionAndLastSum_AllIsSaidAgain(string name)
    {
        var victim = new PartyId(name);
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks, banks: 5);
        TrainingPlan training = GeneratedBanks.Training(new LogisticSettings { Steps = 2 });
        (StateDigest pooled, int rounds) = banks.Pooled(training);
        Func<Message, bool> isStolen = message => message is Signed<SessionPlan>;
        consortium.Network.Route = letter =>
            letter.To == victim
                && !letter.IsChunks
                && isStolen(MessageCodec.Decode(letter.Body, consortium.Folder.Configuration.Limits))
                ? []
                : [letter];
        Signed<SessionPlan> plan = consortium.Start(banks.Session(training, rounds, "Taken from a queue"));
        await consortium.RunAsync(
            () => consortium.RejectedBy(victim).Any(rejected => rejected.Reason == RejectionReason.UnknownSession));
        isStolen = _ => false;
        await consortium.RunAsync(() => consortium.Reached(plan, 1).Length > 0);

        int sequence = 0;
        Control(SessionAction.Pause);
        await consortium.SettleAsync();
        isStolen = message => message is Signed<SessionControl>
            || (message is AggregateReleased released && released.Cohort.Statement.Attempt.Round.Value == rounds);
        Control(SessionAction.Resume);
        await consortium.SettleAsync();
        isStolen = message => message is AggregateReleased released && released.Cohort.Statement.Attempt.Round.Value == rounds;
        int others = name.StartsWith("bank", StringComparison.Ordinal) ? 4 : 5;
        await consortium.RunAsync(
            () => consortium.Reached(plan, rounds).Length == others
                && consortium.Log.ToString().Contains("is done; most banks", StringComparison.Ordinal));
        isStolen = _ => false;

        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(pooled, state));

        void Control(SessionAction action) => consortium.Network.Post(
            consortium.Folder.Configuration.Operator.Id,
            consortium.AggregatorId,
            consortium.Folder.Sign(consortium.Folder.Configuration.Operator.Id, new SessionControl
            {
                Consortium = consortium.Folder.Configuration.Digest,
                Session = new SessionId(plan.Digest),
                Action = action,
                Sequence = ++sequence,
                Reason = "for a test",
            }));
    }

    private static async Task<ImmutableArray<Letter>> CorpusAsync(
        SteppedConsortium consortium, GeneratedBanks banks, int rounds, ImmutableArray<PartyId> honest)
    {
        Signed<SessionPlan> plan = consortium.Start(
            banks.Session(Training, rounds, "Recorded") with { Participants = honest, Window = GeneratedBanks.Late });
        await consortium.FinishAsync(plan);
        SpoiltSession.Start(consortium, banks);
        await consortium.RunAsync(
            () => consortium.Network.Said<Signed<OpeningProofJudged>>().Any(said => honest.Contains(said.Letter.To)));
        await consortium.SettleAsync();
        ImmutableArray<Letter> corpus = [.. consortium.Network.Sent];
        consortium.Network.Forget();
        return corpus;
    }
}
