using System.Diagnostics;
using System.Text.RegularExpressions;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Hosting.RabbitMq;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Policies;
using Consortium.Testing;
using Consortium.Testing.Scripted;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consortium.EndToEnd.Tests.Deployment;

/// <summary>
/// docker-compose.yml without Docker: a private RabbitMQ, and every daemon as the process that the file says, with the file's
/// settings. Paths in containers become paths in a temporary folder, the broker's name becomes the loopback's, and ports become
/// free ones.
/// </summary>
public sealed partial class DeployedConsortium : IAsyncLifetime
{
    private const int RoomBesideAFrame = 64 * 1024;
    private const string OutOfMemory = "out-of-memory";

    private readonly Dictionary<string, Process> _processes = [];
    private readonly Dictionary<string, Uri> _health = [];
    private readonly HttpClient _http = new();
    private readonly int _banks;
    private readonly BankPolicy _policy;
    private ComposeFile _compose = null!;

    public DeployedConsortium()
        : this(5, GeneratedBanks.Policy)
    {
    }

    /// <summary>With the file's first banks only, each under this policy.</summary>
    internal DeployedConsortium(int banks, BankPolicy policy)
    {
        _banks = banks;
        _policy = policy;
    }

    internal ConsortiumFolder Folder { get; private set; } = null!;

    internal RabbitMqBroker Broker { get; private set; } = null!;

    internal BrokerLimits BrokerLimits { get; private set; } = null!;

    internal SessionOperator Operator { get; private set; } = null!;

    internal GeneratedBanks Banks { get; private set; } = null!;

    internal IEnumerable<string> Daemons =>
        _compose.Services.Where(service => service.Value.Build is not null).Select(service => service.Key)
            .Where(service => Folder.Parties.Contains(new PartyId(service))).Order(StringComparer.Ordinal);

    public async ValueTask InitializeAsync()
    {
        Folder = new ConsortiumFolder(
            ((string[])["bank-a", "bank-b", "bank-c", "bank-d", "bank-e"])[.._banks],
            ["holder-a", "holder-b", "holder-c", "holder-d"], threshold: 3);
        BrokerLimits = new BrokerLimits
        {
            MessageBytes = DaemonOptions.LimitsFor(Folder.Configuration).FrameBytes + RoomBesideAFrame,
        };
        Broker = await RabbitMqBroker.StartAsync(Folder.Topology, BrokerLimits);
        Folder.WriteCredentials(party => Broker.AddressOf(party).Password);
        Banks = GeneratedBanks.Write(Folder, policy: _policy);
        _compose = Read(Folder.Configuration.Digest.ToString());
        foreach (string service in Daemons)
        {
            Start(service);
        }

        Operator = new SessionOperator(Folder, Join);
        await Operator.StartAsync(TestContext.Current.CancellationToken);
        foreach (string service in Daemons)
        {
            await WaitForAsync(
                service, status => status.StartsWith("{\"status\":\"ready\"", StringComparison.Ordinal),
                TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Operator is not null)
        {
            await Operator.DisposeAsync();
        }

        foreach (string service in _processes.Keys.ToArray())
        {
            await KillAsync(service);
        }

        if (Broker is not null)
        {
            await Broker.DisposeAsync();
        }

        _http.Dispose();
        Folder?.Dispose();
    }

    /// <summary>Makes room on the operator's queue for another reader; <see cref="Operator"/> is gone from here on.</summary>
    internal async Task LeaveOperatorsSeatAsync()
    {
        await Operator.DisposeAsync();
        Operator = null!;
    }

    /// <summary>A connection to the broker in a party's place.</summary>
    internal PartyBus Join(PartyId party, FrameHandler handler) => RabbitMqTransport.Join(
        Broker.AddressOf(party), DaemonOptions.LimitsFor(Folder.Configuration), handler,
        new BusSurroundings(NullLoggerFactory.Instance, TimeProvider.System, FaultPoints.None));

    internal void Start(string service) => _processes.Add(service, Launch(service, _compose.Services[service], "0"));

    /// <summary>Starts a service whose managed heap may take no more than this.</summary>
    internal void StartWithin(string service, long heapBytes)
    {
        ComposeService free = _compose.Services[service];
        var environment = new Dictionary<string, string>(free.Environment) { ["DOTNET_GCHeapHardLimit"] = $"0x{heapBytes:X}" };
        _processes.Add(service, Launch(service, free with { Environment = environment }, OutOfMemory));
    }

    /// <summary>Waits until a service that was started within limits ends by itself, and gives exit code and output.</summary>
    internal async Task<(int ExitCode, string Output)> WaitForEndAsync(string service, CancellationToken cancellationToken)
    {
        using Process process = _processes[service];
        await process.WaitForExitAsync(cancellationToken);
        _processes.Remove(service);
        return (process.ExitCode, await File.ReadAllTextAsync(LogFile(service, OutOfMemory), cancellationToken));
    }

    /// <summary>Memory that a daemon's process has in use, in bytes.</summary>
    internal long ResidentBytes(string service)
    {
        _processes[service].Refresh();
        return _processes[service].WorkingSet64;
    }

    /// <summary>Starts a service under another configuration file, waits for its end and gives exit code and output.</summary>
    internal async Task<(int ExitCode, string Output)> RunUnderAsync(
        string service, string configurationFile, string digest, CancellationToken cancellationToken)
    {
        const string Log = "other-configuration";
        ComposeService agreed = Read(digest).Services[service];
        var environment = new Dictionary<string, string>(agreed.Environment)
        {
            ["Consortium__Configuration"] = configurationFile,
        };
        using Process process = Launch(service, agreed with { Environment = environment }, Log);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await File.ReadAllTextAsync(LogFile(service, Log), cancellationToken));
    }

    /// <summary>Has a daemon stand still, as on a machine that is suspended, or go on.</summary>
    internal async Task SignalAsync(string service, string signal)
    {
        using Process kill = Process.Start(
            "/bin/kill", [signal, _processes[service].Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>The sum of a counter at <c>/metrics</c> of a daemon.</summary>
    internal async Task<double> CountAsync(string service, string counter, CancellationToken cancellationToken)
    {
        string metrics = await _http.GetStringAsync(new Uri(_health[service], "/metrics"), cancellationToken);
        return metrics.Split('\n').Where(line => line.StartsWith(counter, StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture));
    }

    internal Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(PartyId party, CancellationToken cancellationToken) =>
        DeadLetterQueue.ReadAsync(Broker.AddressOfOperator(), party, 1000, cancellationToken);

    /// <summary>
    /// Starts a service once more under another digest than the agreed one, waits for its end and gives exit code and output.
    /// </summary>
    internal async Task<(int ExitCode, string Output)> RunWithWrongDigestAsync(
        string service, CancellationToken cancellationToken)
    {
        using Process process = Launch(service, Read(new string('0', 64)).Services[service], "wrong-digest");
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await File.ReadAllTextAsync(LogFile(service, "wrong-digest"), cancellationToken));
    }

    /// <summary>Ends a daemon as a power cut would.</summary>
    internal async Task KillAsync(string service)
    {
        if (_processes.Remove(service, out Process? process))
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>Waits until <c>/ready</c> of a daemon answers as wanted, and gives the answer.</summary>
    internal async Task<string> WaitForAsync(string service, Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        string status = "(no answer)";
        try
        {
            do
            {
                if (_processes[service].HasExited)
                {
                    throw new InvalidOperationException(
                        $"{service} ended with exit code {_processes[service].ExitCode}.\n{Log(service)}");
                }

                try
                {
                    using HttpResponseMessage response = await _http.GetAsync(
                        new Uri(_health[service], "/ready"), cancellationToken);
                    status = await response.Content.ReadAsStringAsync(cancellationToken);
                    if (wanted(status))
                    {
                        return status;
                    }
                }
                catch (HttpRequestException)
                {
                    status = "(no answer)"; // it is still starting
                }
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{service} stands at {status}\n{Log(service)}");
        }

        return status;
    }

    /// <summary>The ends of all daemons' logs, for a test that fails.</summary>
    internal string Logs() => string.Join('\n', Daemons.Select(Log));

    private ComposeFile Read(string digest)
    {
        var variables = new Dictionary<string, string> { ["CONSORTIUM_FOLDER"] = Folder.Path, ["CONSORTIUM_DIGEST"] = digest };
        foreach (PartyId bank in Folder.Banks)
        {
            variables.Add($"{bank.Name.ToUpperInvariant().Replace('-', '_')}_CODE", Banks.CodeOf(bank));
        }

        return ComposeFile.Read(Path.Combine(Repository.Root, "docker-compose.yml"), variables);
    }

    private Process Launch(string name, ComposeService service, string run)
    {
        string[] program = service.Command[0].Split('/'); // "", "app", the role, the program
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = Folder.Path };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"exec dotnet \"$@\" >>'{LogFile(name, run)}' 2>&1 </dev/null");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(Repository.Daemon(program[^2], program[^1]));
        foreach ((string setting, string value) in service.Environment)
        {
            start.Environment[setting] = Translate(service, value);
        }

        start.Environment["Consortium__BrokerPort"] = Broker.AddressOf(Folder.Configuration.Aggregator.Id).Port
            .ToString(System.Globalization.CultureInfo.InvariantCulture);
        int port = FreePorts.Take();
        start.Environment["Consortium__Health"] = $"127.0.0.1:{port}";
        _health[name] = new Uri($"http://127.0.0.1:{port}");
        return Process.Start(start) ?? throw new InvalidOperationException($"Could not start {name}.");
    }

    private string Translate(ComposeService service, string value)
    {
        if (value == "rabbitmq")
        {
            return "127.0.0.1";
        }

        foreach ((string source, string target) in service.Volumes)
        {
            if (value == target || value.StartsWith(target + "/", StringComparison.Ordinal))
            {
                return (source.StartsWith('/') ? source : Path.Combine(Folder.Path, "volumes", source)) + value[target.Length..];
            }
        }

        return value;
    }

    private string LogFile(string service, string run) => Path.Combine(Folder.Path, $"{service}.{run}.log");

    private string Log(string service) => File.Exists(LogFile(service, "0"))
        ? $"--- {service}\n"
            + string.Join('\n', File.ReadLines(LogFile(service, "0")).TakeLast(15).Select(
                line => Message().Match(line) is { Success: true } match ? match.Value : line))
        : string.Empty;

    [GeneratedRegex(@"(?<=""Message"":"").*?(?="",)")]
    private static partial Regex Message();
}
