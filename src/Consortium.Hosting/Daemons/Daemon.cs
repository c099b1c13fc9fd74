using Consortium.Hosting.Bus;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Health;
using Consortium.Hosting.Journal;
using Consortium.Hosting.Ledger;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Consortium.Hosting.Daemons;

/// <summary>
/// One party on the generic host: takes its storage, does what it owes since the last run, then receives, works and sends until
/// stopped. Several may run in one process, each on a storage of its own.
/// </summary>
public sealed partial class Daemon : BackgroundService
{
    private readonly Member _self;
    private readonly DaemonOptions _options;
    private readonly DatabaseSchema _schema;
    private readonly Func<Party, IRole> _create;
    private readonly BusSurroundings _surroundings;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger _logger;

    private Daemon(
        Member self, DaemonOptions options, DatabaseSchema schema, Func<Party, IRole> create, BusSurroundings surroundings,
        IHostApplicationLifetime lifetime)
    {
        _self = self;
        _options = options;
        _schema = schema;
        _create = create;
        _surroundings = surroundings;
        _lifetime = lifetime;
        _logger = surroundings.Loggers.CreateLogger<Daemon>();
    }

    /// <summary>Adds a daemon to a host.</summary>
    /// <param name="schema">
    /// Of its database: <see cref="FrameJournal.Migration"/>, <see cref="SessionTable.Migration"/>, then the role's own.
    /// </param>
    /// <param name="create">Makes the role, once the party's storage is open.</param>
    /// <exception cref="InvalidConfigurationException">The identity does not fit the role.</exception>
    public static void AddTo(
        IHostApplicationBuilder builder, PartyRole role, DaemonOptions options, DatabaseSchema schema, Func<Party, IRole> create)
    {
        Member self = options.FindSelf(role);
        FaultPoint faults = FaultPoints.FromEnvironment();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IHostedService>(provider => new Daemon(
            self, options, schema, create,
            new BusSurroundings(
                provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>(), faults),
            provider.GetRequiredService<IHostApplicationLifetime>()));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var memory = new MemoryWatch(_self.Id);
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception exception) when (exception is StorageException or BusException or InvalidConfigurationException)
        {
            LogEnded(_logger, _self.Id, exception.Message);
            Environment.ExitCode = 1;
            _lifetime.StopApplication();
        }
        catch (Exception exception)
        {
            LogFailed(_logger, _self.Id, exception);
            Environment.ExitCode = 1;
            throw;
        }
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        using OpenStorage storage = _options.Storage.Open(_schema, _surroundings.Faults);
        using LedgerFile? ledger = _self.Role is PartyRole.Participant or PartyRole.KeyHolder
            ? LedgerFile.Open(_options.Ledger, _options.LedgerHead, _self.Id, _options.Configuration, _surroundings.Faults)
            : null;
        var party = new Party(
            _options.Configuration, _self, _options.Identity, storage, _surroundings.Loggers, _surroundings.Time, ledger);
        IRole role = _create(party);
        await using PartyBus bus = _options.JoinBus(_self.Id, role.HandleAsync, _surroundings);
        using var gauges = new DaemonGauges(Inspect, _options.DataFolder, () => party.Outbox.Waiting);
        await using HealthEndpoint? health = _options.Health is { } listen
            ? await HealthEndpoint.StartAsync(listen, Inspect, stopping)
            : null;
        await role.RestartAsync(stopping);
        await bus.StartAsync(stopping);
        LogStarted(_logger, _self.Id, _self.Role, _options.Configuration.Digest);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task sending = new OutboxDispatcher(party.Outbox, party.Blobs, bus, _surroundings).RunAsync(ending.Token);
        Task working = role.RunAsync(ending.Token);
        try
        {
            await await Task.WhenAny(sending, working);
        }
        finally
        {
            await ending.CancelAsync();
            await bus.StopAsync(CancellationToken.None);
            await Task.WhenAll(sending, working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        IReadOnlyList<HealthItem> Inspect()
        {
            BusState state = bus.State;
            return [new HealthItem("bus", state.IsReady, state.Description), role.Inspect()];
        }
    }
}
