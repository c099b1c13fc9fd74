using System.Collections.Immutable;
using System.Diagnostics;
using Consortium.Aggregator;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Sessions;
using Consortium.Cryptography.Identity;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Hosting.InMemory;
using Consortium.Hosting.Ledger;
using Consortium.Hosting.RabbitMq;
using Consortium.Hosting.Sqlite;
using Consortium.KeyHolder;
using Consortium.Learning.Models;
using Consortium.Learning.Models.Files;
using Consortium.Operator.Client;
using Consortium.Participant;
using Consortium.Participant.Data;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Policies;
using Consortium.Workloads;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Consortium.Cli.Demo;

/// <summary>
/// A whole consortium in this process: every bank, the aggregator and the key holders as the daemons they are, each with
/// identity, data
/// folder and place on the bus of its own, and the operator who starts a session.
/// </summary>
internal sealed class DemoConsortium : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    /// <summary>A demonstration may train whatever its options say: its payments are invented, and nobody is in them.</summary>
    private static readonly PolicyFloors InventedPayments = new()
    {
        LeastChildHessian = 0.01,
        LeastL2 = 0.001,
        MostLeaves = 4_096,
        MostDepth = 4_095,
        LeastVoteFraction = 0.01,
        LeastVotes = 1,
        AllowNoVote = true,
    };

    private readonly string _folder;
    private readonly IReadOnlyList<DemoBank> _banks;
    private readonly Dictionary<PartyId, PrivateIdentity> _identities = [];
    private readonly DaemonLog _log;
    private readonly BusSurroundings _surroundings;
    private IAsyncDisposable? _network;
    private IHost? _host;
    private OperatorConnection? _operator;
    private SessionWatch? _watch;

    /// <param name="folder">For the daemons' data; theirs alone.</param>
    public DemoConsortium(string folder, IReadOnlyList<DemoBank> banks, int keyHolders, int threshold, DaemonLog log)
    {
        _folder = folder;
        _banks = banks;
        _log = log;
        _surroundings = new BusSurroundings(
            LoggerFactory.Create(builder => builder.AddProvider(log)), TimeProvider.System, FaultPoints.None);
        Configuration = Configure(banks, keyHolders, threshold);
        Wire = new Wire(banks[0].Party, Configuration.Limits);
    }

    public ConsortiumConfiguration Configuration { get; }

    public Wire Wire { get; }

    /// <summary>Hosts every party and waits until the banks have read their data.</summary>
    /// <param name="broker">Null for the in-memory transport.</param>
    /// <param name="ready">Told how many banks are ready.</param>
    public async Task StartAsync(DemoBroker? broker, Action<int> ready, CancellationToken cancellationToken)
    {
        var topology = BusTopology.Star(
            Configuration.Aggregator.Id,
            [
                .. Configuration.Participants.Concat(
                    Configuration.KeyHolders).Append(Configuration.Operator).Select(member => member.Id),
            ]);
        BusLimits limits = DaemonOptions.LimitsFor(Configuration);
        Func<PartyId, FrameHandler, BusSurroundings, PartyBus> join;
        if (broker is null)
        {
            join = new InMemoryNetwork(topology, limits).Join;
        }
        else
        {
            _network = await broker.DeclareAsync(topology, cancellationToken);
            join = (party, handler, surroundings) => RabbitMqTransport.Join(
                broker.AddressOf(party), limits, handler, surroundings);
        }

        PartyBus Join(PartyId party, FrameHandler handler, BusSurroundings surroundings) =>
            join(party, Wire.Tap(party, handler), surroundings);
        _host = Host(Join);
        await _host.StartAsync(cancellationToken);
        _watch = new SessionWatch(Configuration.Participants.Length, Wire);
        _operator = new OperatorConnection(
            Configuration, _identities[Configuration.Operator.Id], Join, _surroundings, _watch.ReceiveAsync);
        await _operator.StartAsync(cancellationToken);
        await WaitForDataAsync(ready, cancellationToken);
    }

    /// <summary>Trains by encrypted rounds until every bank has the finished model.</summary>
    /// <param name="advanced">Told each round that all banks have finished.</param>
    /// <exception cref="CommandException">A bank rejected, a daemon ended, or the banks voted not to adopt the model.</exception>
    public async Task<TrainedSession> TrainAsync(TrainingPlan plan, Action<int> advanced, CancellationToken cancellationToken)
    {
        SessionPlan session = PlanOf(plan);
        using var failing = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, _host!.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        _watch!.Begin(advanced);
        long start = Stopwatch.GetTimestamp();
        Signed<SessionPlan> signed = _operator!.Sign(session);
        await _operator.SendAsync(signed, cancellationToken);
        var id = new SessionId(signed.Digest);
        try
        {
            await _watch.Completion.WaitAsync(failing.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException(
                ExitCode.Rejected, $"A daemon ended before the session did: {_log.Failure?.Message ?? "it gave no reason"}",
                _log.Failure);
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (_watch.Vote is { IsAdopted: false } vote)
        {
            throw new CommandException(
                ExitCode.Rejected,
                $"The banks did not adopt the model: {vote}. Each held it against its own model on its own validation days, "
                    + $"and abstained with fewer than {plan.Acceptance!.LeastLaundering} laundering payments there; --acceptance "
                    + $"0 adopts a model without a vote.");
        }

        var models = ImmutableSortedDictionary.CreateBuilder<PartyId, Model>();
        foreach (DemoBank bank in _banks)
        {
            models.Add(bank.Party, await ModelOfAsync(bank.Party, cancellationToken));
        }

        return new TrainedSession(
            id, session, models.ToImmutable(), seconds, _watch.Vote, _watch.Rounds, Wire.Releases, Wire.Traffic);
    }

    public async ValueTask DisposeAsync()
    {
        if (_operator is not null)
        {
            await _operator.DisposeAsync();
        }

        if (_host is not null)
        {
            await _host.StopAsync(CancellationToken.None);
            _host.Dispose();
        }

        if (_network is not null)
        {
            await _network.DisposeAsync();
        }

        foreach (PrivateIdentity identity in _identities.Values)
        {
            identity.Dispose();
        }

        _surroundings.Loggers.Dispose();
    }

    private async Task WaitForDataAsync(Action<int> ready, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(BetweenLooks);
        IHostApplicationLifetime lifetime = _host!.Services.GetRequiredService<IHostApplicationLifetime>();
        for (int reported = 0; reported < _banks.Count;)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            if (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                throw new CommandException(
                    _log.Failure is BusException ? ExitCode.NotReached : ExitCode.BadInput,
                    _log.Failure?.Message ?? "A daemon ended at its start and gave no reason.", _log.Failure);
            }

            int now = _log.DataReads;
            if (now > reported)
            {
                ready(reported = now);
            }
        }
    }

    private ConsortiumConfiguration Configure(IReadOnlyList<DemoBank> banks, int keyHolders, int threshold) => new ConsortiumFile
    {
        Version = ConsortiumFile.CurrentVersion,
        LeastDays = 1,
        Name = "Demonstration",
        Participants = [.. banks.Select(bank => Entry(bank.Party.Name))],
        KeyHolders = [.. Enumerable.Range(0, keyHolders).Select(i => Entry($"key-holder-{i + 1}"))],
        Aggregator = Entry("aggregator"),
        Operator = Entry("operator"),
        Threshold = threshold,
        MinimumCohort = 3,
        Deadlines = new ConsortiumFile.DeadlinesEntry(3600, 60),
        Limits = new ConsortiumFile.LimitsEntry(
            Math.Max(128, banks.Count), Math.Max(16, keyHolders), 4096, (8 << 20) + ((banks.Count + keyHolders) * (24 << 10)),
            1 << 20, 64 << 10),
        Transport = new ConsortiumFile.TransportEntry("localhost", 5672, "/", false),
    }.ToConfiguration();

    private ConsortiumFile.PartyEntry Entry(string id)
    {
        PrivateIdentity identity = PrivateIdentity.Generate(id);
        _identities.Add(new PartyId(id), identity);
        return new ConsortiumFile.PartyEntry(id, Convert.ToBase64String(identity.Public.Encode()));
    }

    private IHost Host(Func<PartyId, FrameHandler, BusSurroundings, PartyBus> join)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders().AddProvider(_log);
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        AggregatorDaemon.AddTo(builder, Options(Configuration.Aggregator.Id));
        foreach (Member holder in Configuration.KeyHolders)
        {
            KeyHolderDaemon.AddTo(builder, Options(holder.Id));
        }

        foreach (DemoBank bank in _banks)
        {
            ParticipantDaemon.AddTo(builder, Options(bank.Party), new ParticipantOptions
            {
                Bank = bank.Bank,
                Payments = bank.Folder,
                Output = OutputOf(bank.Party),
                Policy = new BankPolicy
                {
                    Families = [.. ModelFamilies.All.Select(family => family.Name)],
                    MaximumRounds = RoundNumber.Maximum,
                    MaximumValues = int.MaxValue,
                    MinimumCohort = Configuration.MinimumCohort,
                    AllowChangingCohort = false,
                    Floors = InventedPayments,
                },
            });
        }

        return builder.Build();

        DaemonOptions Options(PartyId party)
        {
            string ledger = Path.Combine(
                Directory.CreateDirectory(Path.Combine(_folder, party.Name)).FullName, "participation.ledger");
            if (Configuration.Find(party)!.Role is PartyRole.Participant or PartyRole.KeyHolder)
            {
                LedgerFile.Begin(ledger, party, Configuration);
            }

            return new DaemonOptions
            {
                Configuration = Configuration,
                Identity = _identities[party],
                Storage = new FolderStorage(Path.Combine(_folder, party.Name, "state")) { SurvivesPowerCut = false },
                Ledger = ledger,
                JoinBus = join,
            };
        }
    }

    private SessionPlan PlanOf(TrainingPlan plan) => new()
    {
        Consortium = Configuration.Digest,
        Name = "Demonstration",
        Workload = TrainingWorkload.WorkloadName,
        Parameters = plan.ToBytes(),
        InitialState = TrainingWorkload.InitialState(plan),
        Rounds = plan.MostRounds,
        Participants = [.. Configuration.Participants.Select(member => member.Id)],
        Cohort = CohortRule.Fixed,
        MinimumCohort = Configuration.MinimumCohort,
        MaximumAttempts = 3,
        MaximumValues = int.MaxValue,
        UpdateSeconds = Configuration.Deadlines.UpdateSeconds,
        Window = new DataWindow(
            new DateOnly(1900, 1, 1), DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1))),
        CreatedAt = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
    };

    private string OutputOf(PartyId bank) => Path.Combine(_folder, bank.Name, "output");

    private async Task<Model> ModelOfAsync(PartyId bank, CancellationToken cancellationToken)
    {
        string[] files = Directory.Exists(Path.Combine(OutputOf(bank), "models")) ? Directory.GetFiles(
            Path.Combine(OutputOf(bank), "models"), "*.csmodel") : [];
        return files is [string file]
            ? (await ModelFile.LoadAsync(file, cancellationToken)).Model
            : throw new CommandException(
                ExitCode.Rejected,
                $"The session ended and {bank} holds {files.Length} models. Its rounds did not suffice, or it left: run "
                    + $"again with --verbose.");
    }

    /// <summary>The command decides when the daemons end; left to itself, the host would take Ctrl-C for its own.</summary>
    private sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
