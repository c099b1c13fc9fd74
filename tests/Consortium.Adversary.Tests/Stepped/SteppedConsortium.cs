using System.Collections.Immutable;
using Consortium.Aggregator;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Secrets;
using Consortium.KeyHolder;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Participant;
using Consortium.Participant.Data;
using Consortium.Participant.Store;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;
using Consortium.Testing.Scripted;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Consortium.Adversary.Tests.Stepped;

/// <summary>
/// The real aggregator and the real key holders on a network that the test holds, with scripted banks, or others that a test
/// adds. Nothing happens but in <see cref="RunAsync"/>; time passes only when nobody has anything to do.
/// </summary>
internal sealed class SteppedConsortium : IAsyncDisposable
{
    private const int MostReminders = 60;

    private readonly ILoggerFactory _loggers;
    private readonly List<SteppedDaemon> _daemons = [];
    private readonly List<PartyId> _others = [];
    private readonly List<ScriptedBank> _banks = [];
    private readonly Dictionary<(PartyId, SessionId), SessionSecrets> _secrets = [];

    /// <param name="folder">Who is in it; disposed with this.</param>
    /// <param name="isHonest">
    /// Whether the real aggregator runs; otherwise a test plays it, until <see cref="StartAggregator"/>.
    /// </param>
    public SteppedConsortium(ConsortiumFolder folder, bool isHonest = true)
    {
        Folder = folder;
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(Log));
        Network = new SteppedNetwork(folder.Configuration, DaemonOptions.LimitsFor(folder.Configuration));
        KeyHolders =
            [.. folder.Configuration.KeyHolders.Select(
                holder => Add(holder.Id, KeyHolderDaemon.Schema, party => new KeyHolderRole(party)))];
        Join(folder.Configuration.Operator.Id, (_, _) => Task.FromResult(Delivery.Accepted));
        if (isHonest)
        {
            StartAggregator();
        }
    }

    public ConsortiumFolder Folder { get; }

    /// <summary>Whether the folder is the test's, for more than this one.</summary>
    public bool KeepsFolder { get; set; }

    public SteppedNetwork Network { get; }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    public TestLog Log { get; } = new();

    public SteppedDaemon Aggregator => _daemons.Single(daemon => daemon.Id == AggregatorId);

    public ImmutableArray<SteppedDaemon> KeyHolders { get; }

    public IReadOnlyList<SteppedDaemon> Daemons => _daemons;

    public PartyId AggregatorId => Folder.Configuration.Aggregator.Id;

    /// <summary>A consortium whose banks are scripted, with a plan that all of them are in.</summary>
    public static SteppedConsortium WithScriptedBanks(ScriptedModel model, int banks = 3, bool isHonest = true)
    {
        var consortium = new SteppedConsortium(FolderOf(banks), isHonest);
        consortium.AddScriptedBanks(model);
        return consortium;
    }

    /// <summary>A consortium whose banks are real daemons on generated payments.</summary>
    public static SteppedConsortium WithBanks(out GeneratedBanks generated, int banks = 3, bool isHonest = true)
    {
        ConsortiumFolder folder = FolderOf(banks);
        generated = GeneratedBanks.Write(folder, accounts: 20 * banks, payments: 1_000);
        return WithBanks(folder, generated, isHonest);
    }

    /// <summary>The same over a folder that has such payments.</summary>
    public static SteppedConsortium WithBanks(
        ConsortiumFolder folder, GeneratedBanks generated, bool isHonest = true, Func<PartyId, NoiseSource>? noise = null,
        params ImmutableArray<PartyId> without)
    {
        var consortium = new SteppedConsortium(folder, isHonest);
        foreach (PartyId bank in folder.Banks.Except(without))
        {
            var options = new ParticipantOptions
            {
                Bank = new BankId(generated.CodeOf(bank)),
                Payments = Path.Combine(consortium.Folder.FolderOf(bank), "payments"),
                Output = Path.Combine(consortium.Folder.FolderOf(bank), "output"),
                Policy = GeneratedBanks.Policy,
                AlertsPerDay = 3,
                Noise = noise?.Invoke(bank),
            };
            consortium.Add(bank, ParticipantSchema.Value, party => new ParticipantRole(party, options));
        }

        return consortium;
    }

    public SteppedDaemon KeyHolder(string name) => KeyHolders.Single(holder => holder.Id.Name == name);

    /// <summary>Scripted banks take part in one session; these take part in the next.</summary>
    public async Task RenewBanksAsync(ScriptedModel model)
    {
        foreach (ScriptedBank bank in _banks)
        {
            await bank.DisposeAsync();
        }

        _banks.Clear();
        AddScriptedBanks(model);
    }

    /// <summary>The real aggregator takes its place.</summary>
    public void StartAggregator()
    {
        _others.Remove(AggregatorId);
        Add(AggregatorId, AggregatorDaemon.Schema, party => new AggregatorRole(party, new AggregatorOptions()));
    }

    /// <summary>Another daemon of this consortium.</summary>
    public SteppedDaemon Add(PartyId id, Hosting.Storage.DatabaseSchema schema, Func<Party, IRole> create)
    {
        var daemon = new SteppedDaemon(Folder, id, Network, Time, _loggers, schema, create);
        _daemons.Add(daemon);
        return daemon;
    }

    /// <summary>
    /// What a bank shares with key holders in a session: a scripted bank's own, or new ones for a bank that a test plays.
    /// </summary>
    public SessionSecrets SecretsOf(PartyId bank, SessionId session)
    {
        if (_banks.FirstOrDefault(scripted => scripted.Id == bank && scripted.Session == session)?.Secrets is { } own)
        {
            return own;
        }

        if (!_secrets.TryGetValue((bank, session), out SessionSecrets? secrets))
        {
            secrets = TestSecrets.Agree(
                Folder.Configuration, Folder.IdentityOf(bank).Public,
                Network.Said<Signed<SessionKeyOffered>>().Select(said => said.Message)
                    .Where(offered => offered.Statement.Session == session));
            _secrets.Add((bank, session), secrets);
        }

        return secrets;
    }

    /// <summary>A party without daemon.</summary>
    public PartyBus Join(PartyId party, FrameHandler handler)
    {
        if (!_others.Contains(party))
        {
            _others.Add(party);
        }

        return Network.Join(party, handler, new BusSurroundings(_loggers, Time, FaultPoints.None));
    }

    /// <summary>The operator starts a session.</summary>
    public Signed<SessionPlan> Start(SessionPlan plan)
    {
        PartyId coordinator = Folder.Configuration.Operator.Id;
        Signed<SessionPlan> signed = Folder.Sign(coordinator, plan);
        Network.Post(coordinator, AggregatorId, signed);
        return signed;
    }

    /// <summary>Has everyone take turns until <paramref name="isReached"/>, which is asked between turns.</summary>
    public async Task RunAsync(Func<bool> isReached)
    {
        for (int reminders = 0; !isReached();)
        {
            if (await TurnAsync())
            {
                continue;
            }

            Assert.True(
                ++reminders <= MostReminders,
                $"Not reached, whatever time passes.\n{string.Join('\n', Network.DeadLetters)}\n{Log}");
            Time.Advance(TimeSpan.FromSeconds(Folder.Configuration.Deadlines.HolderSeconds));
            foreach (SteppedDaemon daemon in _daemons)
            {
                await daemon.RemindAsync();
            }
        }
    }

    /// <summary>Puts the aggregator's keys and queue into an attacker's hands.</summary>
    public RogueAggregator PlayAggregator()
    {
        var rogue = new RogueAggregator(
            Folder, (to, body) => Network.Post(new Letter(AggregatorId, to, body)), condition => RunAsync(condition),
            SettleAsync);
        Join(AggregatorId, (frame, _) => Task.FromResult(rogue.Receive(frame)));
        return rogue;
    }

    /// <summary>Has everyone take turns until nobody has anything to do.</summary>
    public async Task SettleAsync()
    {
        while (await TurnAsync())
        {
        }
    }

    /// <summary>
    /// Runs until all banks of the plan said which state they reached in its last round, and gives those states.
    /// </summary>
    public async Task<ImmutableArray<StateDigest>> FinishAsync(Signed<SessionPlan> plan)
    {
        await RunAsync(() => Reached(plan, plan.Statement.Rounds).Length == plan.Statement.Participants.Length);
        return Reached(plan, plan.Statement.Rounds);
    }

    /// <summary>The same key holders, through the real aggregator, serve banks that know nothing of an attack.</summary>
    public async Task AssertHonestSessionEndsAsync(ScriptedModel model, params ImmutableArray<PartyId> without)
    {
        if (_daemons.All(daemon => daemon.Id != AggregatorId))
        {
            StartAggregator();
        }

        Network.Route = letter => [letter];
        await RenewBanksAsync(model);
        ImmutableArray<PartyId> banks = [.. Folder.Banks.Except(without)];
        Signed<SessionPlan> plan = Start(model.Plan(Folder.Configuration.Digest, banks, 2, "Honest") with
        {
            Window = new DataWindow(new DateOnly(1990, 1, 1), new DateOnly(1990, 12, 31)), // days that no attack has touched
        });
        Assert.All(await FinishAsync(plan), state => Assert.Equal(model.Pooled(banks, 2), state));
    }

    public SessionPlan Plan(ScriptedModel model, int rounds = 2) =>
        model.Plan(Folder.Configuration.Digest, Folder.Banks, rounds, "Attacked");

    /// <summary>States that banks said they reached in a round.</summary>
    public ImmutableArray<StateDigest> Reached(Signed<SessionPlan> plan, int round) =>
    [
        .. Network.Said<Signed<ModelAdvanced>>()
            .Where(
                said => said.Letter.To == AggregatorId
                    && said.Message.Statement.Attempt.Session.Value == plan.Digest
                    && said.Message.Statement.Attempt.Round.Value == round)
            .DistinctBy(said => said.Message.Sender).Select(said => said.Message.Statement.State),
    ];

    /// <summary>What <paramref name="by"/> rejected, as it told the sender.</summary>
    public IEnumerable<Rejected> RejectedBy(PartyId by) =>
        Network.Said<Signed<Rejected>>().Where(said => said.Letter.From == by).Select(said => said.Message.Statement);

    /// <summary>What key holders found of banks' accounts, as <paramref name="party"/> was sent it, once each.</summary>
    public ImmutableArray<OpeningProofJudged> VerdictsTo(PartyId party) =>
    [
        .. Network.Said<Signed<OpeningProofJudged>>().Where(said => said.Letter.To == party).Select(said => said.Message)
            .DistinctBy(verdict => (verdict.Sender, verdict.Statement.Bank)).Select(verdict => verdict.Statement),
    ];

    public async ValueTask DisposeAsync()
    {
        foreach (ScriptedBank bank in _banks)
        {
            await bank.DisposeAsync();
        }

        _daemons.ForEach(daemon => daemon.Dispose());
        _loggers.Dispose();
        if (!KeepsFolder)
        {
            Folder.Dispose();
        }
    }

    private void AddScriptedBanks(ScriptedModel model) =>
        _banks.AddRange(Folder.Banks.Select(bank => new ScriptedBank(Folder, bank, model, Join)));

    public static ConsortiumFolder FolderOf(int banks, int keyHolders = 3, int threshold = 2) => new(
        Enumerable.Range(0, banks).Select(i => $"bank-{(char)('a' + i)}"),
        Enumerable.Range(0, keyHolders).Select(i => $"holder-{(char)('a' + i)}"), threshold);

    private async Task<bool> TurnAsync()
    {
        bool moved = false;
        foreach (SteppedDaemon daemon in _daemons)
        {
            moved |= await daemon.StepAsync();
        }

        foreach (PartyId party in _others)
        {
            moved |= await Network.DeliverAsync(party);
        }

        return moved;
    }
}
