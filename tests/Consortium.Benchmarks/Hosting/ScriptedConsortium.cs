using System.Diagnostics;
using System.Globalization;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Hosting.RabbitMq;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;
using Consortium.Testing.Scripted;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consortium.Benchmarks.Hosting;

/// <summary>
/// A RabbitMQ of its own, the real aggregator and three real key holders on their own storage, and banks in this process that
/// encrypt and open for real over vectors made up beforehand. The aggregator may be a process of its own.
/// </summary>
internal sealed class ScriptedConsortium : IAsyncDisposable
{
    public static readonly BusSurroundings Surroundings = new(NullLoggerFactory.Instance, TimeProvider.System, FaultPoints.None);

    private readonly ConsortiumFolder _folder;
    private readonly ScriptedModel _model;
    private readonly RoundClock _clock;
    private readonly List<ScriptedBank> _banks = [];
    private RabbitMqBroker _broker = null!;
    private SessionOperator _operator = null!;
    private HostedRoles _roles = null!;
    private IHost _host = null!;
    private Process? _aggregator;
    private int _sessions;

    private ScriptedConsortium(int banks, ScriptedModel model)
    {
        // Nothing is lost here, so a reminder would only add work of its own.
        _folder = new ConsortiumFolder(
            Enumerable.Range(1, banks).Select(i => string.Create(CultureInfo.InvariantCulture, $"bank-{i:D3}")),
            ["holder-a", "holder-b", "holder-c"], holderSeconds: 60);
        _model = model;
        _clock = new RoundClock(banks);
    }

    public RabbitMqBroker Broker => _broker;

    public BusLimits Limits => DaemonOptions.LimitsFor(_folder.Configuration);

    /// <param name="others">Further parties on the same broker.</param>
    /// <param name="separateAggregator">Whether the aggregator runs in a process of its own.</param>
    public static async Task<ScriptedConsortium> StartAsync(
        int banks, ScriptedModel model, BusTopology? others = null, bool separateAggregator = false)
    {
        var consortium = new ScriptedConsortium(banks, model);
        try
        {
            await consortium.StartAsync(others, separateAggregator);
            return consortium;
        }
        catch
        {
            await consortium.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a session and gives the seconds of each of its rounds but the first.</summary>
    public async Task<IReadOnlyList<double>> RunAsync(int rounds)
    {
        SessionPlan plan = _model.Plan(
            _folder.Configuration.Digest, _folder.Banks, rounds,
            string.Create(CultureInfo.InvariantCulture, $"Session {++_sessions}"));
        SessionId session = await _operator.SendAsync(plan, CancellationToken.None);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        try
        {
            await _operator.WaitForRoundAsync(session, rounds, _folder.Banks.Length, limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The session did not end.\n{_roles.Log}");
        }

        return [.. _clock.Seconds(session, rounds)];
    }

    /// <summary>The most memory that the aggregator's process ever held, in megabytes.</summary>
    public double AggregatorPeakMegabytes()
    {
        string line = File.ReadLines($"/proc/{_aggregator!.Id}/status")
            .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ScriptedBank bank in _banks)
        {
            await bank.DisposeAsync();
        }

        if (_operator is not null)
        {
            await _operator.DisposeAsync();
        }

        if (_host is not null)
        {
            await _host.StopAsync();
            _host.Dispose();
        }

        if (_aggregator is { HasExited: false })
        {
            _aggregator.Kill();
            await _aggregator.WaitForExitAsync();
        }

        _aggregator?.Dispose();
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task StartAsync(BusTopology? others, bool separateAggregator)
    {
        var routes = new[] { _folder.Topology, others }.OfType<BusTopology>()
            .SelectMany(topology => topology.Parties.Select(party => (Party: party, To: topology.RecipientsOf(party))))
            .ToDictionary(route => route.Party, IReadOnlyCollection<PartyId> (route) => route.To);
        _broker = await RabbitMqBroker.StartAsync(
            new BusTopology(routes), extraConfiguration: "vm_memory_high_watermark.absolute = 6GB");
        _roles = new HostedRoles(
            _folder,
            (self, handler, surroundings) => RabbitMqTransport.Join(_broker.AddressOf(self), Limits, handler, surroundings));
        _operator = new SessionOperator(_folder, Join) { Receive = _clock.Receive };
        await _operator.StartAsync(CancellationToken.None);
        _host = separateAggregator ? _roles.KeyHolders() : _roles.Committee();
        await _host.StartAsync();
        if (separateAggregator)
        {
            _aggregator = StartAggregator();
        }

        foreach (PartyId bank in _folder.Banks)
        {
            if (_model.IsSteady)
            {
                _model.Vector(bank, RoundNumber.First);
            }

            var scripted = new ScriptedBank(_folder, bank, _model, Join);
            _banks.Add(scripted);
            await scripted.StartAsync(CancellationToken.None);
        }
    }

    private PartyBus Join(PartyId party, FrameHandler handler) =>
        RabbitMqTransport.Join(_broker.AddressOf(party), Limits, handler, Surroundings);

    private Process StartAggregator()
    {
        _folder.WriteCredentials(party => _broker.AddressOf(party).Password);
        PartyId party = _folder.Configuration.Aggregator.Id;
        string home = _folder.FolderOf(party);
        string[] output = AppContext.BaseDirectory.TrimEnd('/').Split('/')[^3..];
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true };
        start.ArgumentList.Add(
            Path.Combine(
                [FigureOptions.RepositoryRoot(), "src", "Consortium.Aggregator.Daemon", .. output, "consortium-aggregator.dll"]));
        foreach ((string name, string value) in (ReadOnlySpan<(string, string)>)
        [
            ("Configuration", Path.Combine(_folder.Path, "consortium.json")),
            ("Identity", Path.Combine(home, "identity")),
            ("PassphraseFile", Path.Combine(home, "passphrase")),
            ("BrokerPasswordFile", Path.Combine(home, "broker-password")),
            ("BrokerPort", _broker.AddressOf(party).Port.ToString(CultureInfo.InvariantCulture)),
            ("Data", Path.Combine(home, "state")),
        ])
        {
            start.Environment[$"{DaemonOptions.Section}__{name}"] = value;
        }

        Process process = Process.Start(start) ?? throw new InvalidOperationException("Could not start the aggregator.");
        process.OutputDataReceived += static (_, _) => { }; // drained, so that it never blocks
        process.BeginOutputReadLine();
        return process;
    }
}
