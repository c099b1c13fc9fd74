using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Health;
using Consortium.Hosting.Storage;
using Consortium.Protocol.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Consortium.Scoring;

/// <summary>The scorer as a daemon. It joins no bus: clients come over HTTP, and no session knows it.</summary>
public sealed partial class ScorerDaemon : BackgroundService
{
    private const int ApplicationId = 0x434E5343; // "CNSC"

    private readonly DaemonOptions _options;
    private readonly ScorerOptions _own;
    private readonly Member _self;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;
    private readonly FaultPoint _faults;
    private readonly IHostApplicationLifetime? _lifetime;
    private readonly TaskCompletionSource<ScorerListener> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ScorerDaemon(
        DaemonOptions options, ScorerOptions own, ILoggerFactory loggers, TimeProvider time, FaultPoint faults,
        IHostApplicationLifetime? lifetime)
    {
        (_options, _own, _loggers, _time, _faults, _lifetime) = (options, own, loggers, time, faults, lifetime);
        _self = options.FindSelf(PartyRole.Scorer);
    }

    internal static DatabaseSchema Schema { get; } = new(ApplicationId, [KeyTable.Migration + Meter.Migration]);

    /// <summary>Where clients connect, once it listens.</summary>
    internal Task<ScorerListener> Listening => _listening.Task;

    /// <summary>For <see cref="DaemonAdapters"/>: there is no bus to join.</summary>
    public static Func<PartyId, FrameHandler, BusSurroundings, PartyBus> NoTransport(
        DaemonSettings settings, ConsortiumConfiguration configuration) =>
        (self, _, _) => throw new InvalidOperationException($"{self} scores for clients and joins no bus.");

    /// <summary>Adds the scorer to a host.</summary>
    /// <exception cref="InvalidConfigurationException">The identity is not the scorer's.</exception>
    public static void AddTo(IHostApplicationBuilder builder, DaemonOptions options, ScorerOptions own)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        options.FindSelf(PartyRole.Scorer);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IHostedService>(provider => new ScorerDaemon(
            options, own, provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>(),
            FaultPoints.FromEnvironment(), provider.GetRequiredService<IHostApplicationLifetime>()));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ILogger<ScorerDaemon> logger = _loggers.CreateLogger<ScorerDaemon>();
        try
        {
            using OpenStorage storage = _options.Storage.Open(Schema, _faults);
            var keys = new KeyTable(storage.Database, _options.Configuration, _time);
            var meter = new Meter(storage.Database, _options.Configuration, _options.Identity, _time);
            var endpoints = new ScorerEndpoints(_own.Offers, keys, meter, _loggers.CreateLogger<ScorerEndpoints>());
            await using HealthEndpoint? health = _options.Health is { } listen
                ? await HealthEndpoint.StartAsync(listen, Inspect, stoppingToken)
                : null;
            await using ScorerListener listener = await ScorerListener.StartAsync(_own, endpoints, stoppingToken);
            _listening.SetResult(listener);
            LogStarted(logger, _self.Id, listener.Address, _own.Offers.Length, _options.Configuration.Digest);
            await Task.Delay(Timeout.Infinite, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception exception) when (exception is StorageException or InvalidConfigurationException)
        {
            LogEnded(logger, _self.Id, exception.Message);
            _listening.TrySetException(exception);
            Environment.ExitCode = 1;
            _lifetime?.StopApplication();
        }
        finally
        {
            foreach (Offer offer in _own.Offers)
            {
                offer.Dispose(); // weights are erased once nobody asks
            }
        }
    }

    private IReadOnlyList<HealthItem> Inspect() =>
    [
        new HealthItem("listener", _listening.Task.IsCompletedSuccessfully, "clients are answered"),
    ];
}
