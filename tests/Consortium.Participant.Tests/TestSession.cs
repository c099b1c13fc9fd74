using System.Collections.Immutable;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;
using Consortium.Participant.Data;
using Consortium.Participant.Rounds;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Tests;

namespace Consortium.Participant.Tests;

/// <summary>Three banks on generated payments, and one who plays aggregator and key holders to them.</summary>
internal sealed class TestSession : IDisposable
{
    private static readonly TestConsortium Members = TestConsortium.Instance;
    private static readonly IReadOnlyList<BankView> Views = BankView.Split(Simulator.Run(new SimulationPlan
    {
        Banks = 3,
        Accounts = 90,
        Days = 12,
        Payments = 1_200,
        LaunderingRate = 0.02,
        LookAlikeShare = 0.4,
        Seed = 5,
    }).Set);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("consortium-participant-");
    private readonly Dictionary<(PartyId, AttemptId), UpdateSubmitted> _updates = [];
    private readonly Dictionary<(PartyId, AttemptId), SortedDictionary<int, byte[]>> _frames = [];
    private readonly Dictionary<PartyId, ModelAdvanced> _advances = [];
    private readonly Dictionary<PartyId, UpdateTag> _tags = [];

    public TestSession(
        FamilySettings settings, int rounds, AcceptanceSettings? acceptance = null, FeatureView? view = null)
    {
        Training = new TrainingPlan(
            (view ?? FeatureView.Now).Schema, settings, maximumRows: 2_000, 11, acceptance);
        Plan = RoundTests.Plan(Training, 3, rounds);
        Banks = [.. Members.Banks(3).Select((id, index) => new TestBank(id.Name, Views[index], _root.FullName))];
        State = Plan.Statement.InitialState;
    }

    /// <summary>Another session of the same banks over the same days.</summary>
    public TestSession(TestSession before, FamilySettings settings, int rounds, ulong seed)
    {
        Training = new TrainingPlan(FeatureExtractor.Schema, settings, maximumRows: 2_000, seed);
        Plan = RoundTests.Plan(Training, 3, rounds);
        Banks = before.Banks;
        State = Plan.Statement.InitialState;
    }

    public TrainingPlan Training { get; }

    public Signed<SessionPlan> Plan { get; }

    public ImmutableArray<TestBank> Banks { get; }

    /// <summary>What the banks last agreed on.</summary>
    public StateDigest State { get; private set; }

    /// <summary>The round that was played last.</summary>
    public int Round { get; private set; }

    /// <summary>Whether banks said that the model is finished.</summary>
    public bool IsFinal { get; private set; }

    public List<Rejected> Rejections { get; } = [];

    public List<CatchUpRequested> CatchUps { get; } = [];

    public static BankView View(int bank) => Views[bank];

    /// <summary>The model of all banks' rows in one process.</summary>
    public static Model Pooled(TrainingPlan plan)
    {
        TrainingRows[] rows = [.. Views.Take(3).Select(view =>
        {
            DirectoryInfo folder = Directory.CreateTempSubdirectory("consortium-pooled-");
            string file = Path.Combine(folder.FullName, "all.csv");
            using (var writer = new PaymentWriter(file, view.Accounts))
            {
                writer.Write(view.Payments);
            }

            var data = new BankData(view.Bank);
            data.Add([file]);
            folder.Delete(recursive: true);
            return data.TrainingRows(1, view: FeatureView.Of(plan.SchemaDigest.Span));
        })];
        return PooledTraining.Train(plan, rows);
    }

    public async Task JoinAsync()
    {
        foreach (TestBank bank in Banks)
        {
            await JoinAsync(bank);
        }
    }

    /// <summary>Gives a bank the plan and the session keys of all key holders.</summary>
    public async Task JoinAsync(TestBank bank)
    {
        await bank.DeliverAsync(MessageCodec.Encode(Plan));
        foreach (Member holder in Members.Configuration.KeyHolders)
        {
            await bank.DeliverAsync(MessageCodec.Encode(Members.Sign(
                holder.Id.Name, SampleKeys.Offer(Members.Configuration.Digest, new SessionId(Plan.Digest), holder.Id))));
        }
    }

    public AttemptId Attempt(int round, int attempt = 1) =>
        new(Members.Configuration.Digest, new SessionId(Plan.Digest), new RoundNumber(round), new AttemptNumber(attempt));

    public byte[] Opened(int round, int attempt = 1, StateDigest? from = null) =>
        MessageCodec.Encode(Members.Sign("aggregator", new RoundOpened
        {
            Attempt = Attempt(round, attempt),
            StartsFrom = from ?? State,
            Deadline = 1_700_000_060_000,
            SessionKeys = SampleKeys.List(Members.Configuration, new SessionId(Plan.Digest)),
        }));

    /// <summary>Plays one round to its end. Gives the release that bank 0 got, for whoever was away.</summary>
    public async Task<Dictionary<PartyId, IReadOnlyList<byte[]>>> PlayAsync(
        int round, int attempt = 1, Func<Task>? between = null, params ImmutableArray<int> away)
    {
        foreach (TestBank bank in Banks)
        {
            await bank.DeliverAsync(Opened(round, attempt));
            await ReceiveAsync(bank);
            await (between?.Invoke() ?? Task.CompletedTask);
        }

        (UpdateSubmitted, IReadOnlyList<byte[]>)[] updates = [.. Banks.Select(bank =>
            (_updates[(bank.Id, Attempt(round, attempt))],
                _frames.TryGetValue((bank.Id, Attempt(round, attempt)), out SortedDictionary<int, byte[]>? sent)
                    ? (IReadOnlyList<byte[]>)[.. sent.Values]
                    : []))];
        (Signed<Cohort> cohort, ImmutableArray<Digest> digests,
            ImmutableArray<ChunkFrame> frames) = TestRelease.Sum(Plan.Statement, updates);
        foreach (TestBank bank in Banks.Where((_, i) => !away.Contains(i) && !cohort.Statement.Shape.IsBallot))
        {
            await bank.DeliverAsync(MessageCodec.Encode(cohort));
            await (between?.Invoke() ?? Task.CompletedTask);
            await ReceiveAsync(bank);
            var (message, frameBytes) = updates.Single(update => update.Item1.Sender == bank.Id);
            Assert.Equal(TestRelease.Tag(Plan.Statement, cohort, message, frameBytes).Statement, _tags[bank.Id]);
        }

        var releases = new Dictionary<PartyId, IReadOnlyList<byte[]>>();
        for (int i = 0; i < Banks.Length; i++)
        {
            AggregateReleased released = TestRelease.To(
                Banks[i].Id, Plan.Statement, cohort, digests, updates, ["holder-a", "holder-c"]);
            IEnumerable<byte[]> chunks = frames.Select(frame => frame.Encode());
            byte[] message = MessageCodec.Encode(released);
            // frames may overtake one another
            releases[Banks[i].Id] = round % 2 == 0 ? [message, .. chunks] : [.. chunks, message];
            if (!away.Contains(i))
            {
                foreach (byte[] frame in releases[Banks[i].Id])
                {
                    await Banks[i].DeliverAsync(frame);
                    await (between?.Invoke() ?? Task.CompletedTask);
                }

                await ReceiveAsync(Banks[i]);
            }
        }

        (State, IsFinal) = _advances.Values.Where(advance => advance.Attempt.Round.Value == round)
            .Select(advance => (advance.State, advance.IsFinal)).Distinct().Single();
        Round = round;
        return releases;
    }

    /// <summary>Takes what a bank sent, and checks that an update said twice is the same to the byte.</summary>
    public async Task ReceiveAsync(TestBank bank)
    {
        foreach (byte[] bytes in await bank.TakeSentAsync())
        {
            if (bytes.AsSpan().StartsWith("CNCF"u8))
            {
                ChunkFrame frame = ChunkFrame.Decode(bytes, Members.Configuration.Limits);
                SortedDictionary<int, byte[]> frames = _frames.TryGetValue(
                    (bank.Id, frame.Attempt), out SortedDictionary<int, byte[]>? known)
                    ? known
                    : _frames[(bank.Id, frame.Attempt)] = [];
                Assert.Equal(frames.TryAdd(frame.First, bytes) ? bytes : frames[frame.First], bytes);
                continue;
            }

            Message message = MessageCodec.Decode(bytes, Members.Configuration.Limits);
            Assert.True(
                new MessageGate(Members.Configuration, new PartyId("aggregator"))
                    .TryAdmit(message, out _, out Rejection? rejection),
                rejection?.Detail);
            switch (message)
            {
                case UpdateSubmitted update:
                    UpdateSubmitted first = _updates.TryAdd((bank.Id, update.Manifest.Statement.Attempt), update)
                        ? update
                        : _updates[(bank.Id, update.Manifest.Statement.Attempt)];
                    Assert.Equal(MessageCodec.Encode(first), bytes);
                    break;
                case Signed<UpdateTag> tag:
                    _tags[bank.Id] = tag.Statement;
                    break;
                case Signed<ModelAdvanced> advanced:
                    _advances[bank.Id] = advanced.Statement;
                    break;
                case Signed<Rejected> rejected:
                    Rejections.Add(rejected.Statement);
                    break;
                case Signed<CatchUpRequested> request:
                    CatchUps.Add(request.Statement);
                    break;
            }
        }
    }

    public bool HasUpdate(TestBank bank, int round) => _updates.ContainsKey((bank.Id, Attempt(round)));

    public ModelAdvanced LastAdvance(TestBank bank) => _advances[bank.Id];

    public void Dispose()
    {
        foreach (TestBank bank in Banks)
        {
            bank.Dispose();
        }

        _root.Delete(recursive: true);
    }
}
