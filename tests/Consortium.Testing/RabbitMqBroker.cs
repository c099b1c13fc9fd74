using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Testing;

/// <summary>
/// A RabbitMQ of one's own: Debian's rabbitmq-server on free ports, all its files in a temporary folder, loaded with the
/// definitions generated for a topology. Can be stopped, killed and started again on the same ports and data. Works as root and
/// as anybody.
/// </summary>
public sealed class RabbitMqBroker : IAsyncDisposable
{
    private const string Server = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private const string Control = "/usr/lib/rabbitmq/bin/rabbitmqctl";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly PartyId Operator = new("broker-operator");
    private static readonly PartyId Administrator = new("broker-administrator");

    private readonly string _folder;
    private readonly BusTopology? _topology;
    private readonly BrokerLimits _limits;
    private readonly int _port;
    private readonly int _tlsPort;
    private readonly int _distributionPort;
    private readonly int _epmdPort;
    private readonly Dictionary<PartyId, string> _passwords;
    private readonly TestCertificates? _certificates;
    private Process? _epmd;
    private Process? _server;

    private RabbitMqBroker(
        BusTopology? topology, BrokerLimits limits, TestCertificates? certificates, string extraConfiguration,
        string erlangSettings = "")
    {
        _folder = Directory.CreateTempSubdirectory("consortium-rabbitmq-").FullName;
        (_port, _tlsPort, _distributionPort, _epmdPort) =
            (FreePorts.Take(), FreePorts.Take(), FreePorts.Take(), FreePorts.Take());
        (_topology, _limits) = (topology, limits);
        _certificates = certificates;
        _passwords = (topology?.Parties ?? []).Append(Operator)
            .Append(Administrator)
            .ToDictionary(party => party, _ => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        WriteConfiguration(topology, limits, extraConfiguration);
        File.WriteAllText(ErlangSettings, $"[{{rabbit, [{erlangSettings}]}}].");
    }

    /// <summary>Whether Debian's package is installed.</summary>
    public static bool IsInstalled => File.Exists(Server);

    /// <param name="extraConfiguration">Lines for <c>rabbitmq.conf</c>.</param>
    /// <param name="erlangSettings">What that file cannot say, as Erlang's pairs.</param>
    public static async Task<RabbitMqBroker> StartAsync(
        BusTopology topology, BrokerLimits? limits = null, TestCertificates? certificates = null, string extraConfiguration = "",
        string erlangSettings = "")
    {
        if (!IsInstalled)
        {
            throw new BrokerMissingException();
        }

        return await StartedAsync(new RabbitMqBroker(
            topology, limits ?? new BrokerLimits(), certificates, extraConfiguration, erlangSettings));
    }

    /// <summary>
    /// A broker without any definitions, as its package sets it up: the user guest may do everything in the virtual host
    /// <c>/</c>.
    /// </summary>
    public static Task<RabbitMqBroker> StartEmptyAsync() =>
        StartedAsync(new RabbitMqBroker(null, new BrokerLimits(), null, string.Empty));

    public int Port => _port;

    /// <summary>The broker as <paramref name="party"/> reaches it.</summary>
    public BrokerAddress AddressOf(PartyId party) => new()
    {
        Host = "127.0.0.1",
        Port = _certificates is null ? _port : _tlsPort,
        User = party,
        Password = _passwords[party],
        Tls = _certificates is null ? null : new BrokerTls { ServerName = "localhost", Roots = [_certificates.Root] },
    };

    public BrokerAddress AddressOfOperator() => AddressOf(Operator);

    /// <summary>
    /// A user that the definitions of a consortium do not know, and that may do anything: what an operator of the broker could.
    /// </summary>
    public BrokerAddress AddressOfAdministrator() => AddressOf(Administrator);

    /// <summary>
    /// Does what consortium-config/README.md tells the broker's operator to do when a party's password was stolen: new
    /// definitions, and an end to the connections that the old password opened.
    /// </summary>
    public async Task ChangePasswordAsync(PartyId party)
    {
        _passwords[party] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        WriteDefinitions(_topology!, _limits);
        await ControlAsync("import_definitions", Definitions);
        await ControlAsync("close_all_user_connections", party.Name, "its password was changed");
    }

    /// <summary>Makes the broker short of memory, as it sees it: it takes no messages from then on.</summary>
    public Task RaiseMemoryAlarmAsync() => ControlAsync("set_vm_memory_high_watermark", "0.000001");

    public Task ClearMemoryAlarmAsync() => ControlAsync("set_vm_memory_high_watermark", "absolute", "1GB");

    /// <summary>The log's end, for a test that fails.</summary>
    public string Log() => File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(60)) : "(no log)";

    /// <summary>Starts a stopped or killed broker again, with the messages it had made durable.</summary>
    public async Task StartAsync()
    {
        _epmd ??= Launch("epmd", ["-port", Text(_epmdPort), "-address", "127.0.0.1"]);
        _server = Launch(Server, []);
        using var limit = new CancellationTokenSource(StartLimit);
        while (!await IsListeningAsync())
        {
            if (_server.HasExited || limit.IsCancellationRequested)
            {
                string end = _server.HasExited
                    ? $"ended with exit code {_server.ExitCode}"
                    : $"did not start within {StartLimit}";
                throw new InvalidOperationException($"RabbitMQ {end}:\n{Log()}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Ends the broker as its operator would.</summary>
    public Task StopAsync() =>
        EndAsync("-TERM", static descendants => descendants.Where(process => ProcessTree.NameOf(process) == "beam.smp"));

    /// <summary>Ends the broker as a power cut would.</summary>
    public Task KillAsync() => EndAsync("-KILL", static descendants => descendants.Reverse());

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (_epmd is { HasExited: false })
        {
            _epmd.Kill();
            await _epmd.WaitForExitAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string Definitions => Path.Combine(_folder, "definitions.json");

    private string ErlangSettings => Path.Combine(_folder, "advanced.config");

    private string LogFile => Path.Combine(_folder, "rabbit.log");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<RabbitMqBroker> StartedAsync(RabbitMqBroker broker)
    {
        try
        {
            await broker.StartAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    private void WriteConfiguration(BusTopology? topology, BrokerLimits limits, string extraConfiguration)
    {
        string configuration = (topology is null ? string.Empty : WriteDefinitions(topology, limits))
            + $"""
            listeners.tcp.default = 127.0.0.1:{_port}
            log.file = {LogFile}
            log.file.level = info
            log.console = false
            disk_free_limit.absolute = 50MB
            vm_memory_high_watermark.absolute = 1GB
            {extraConfiguration}

            """;
        if (_certificates is not null)
        {
            string certificate = Path.Combine(_folder, "server.pem"),
                key = Path.Combine(_folder, "server-key.pem"),
                root = Path.Combine(_folder, "root.pem");
            File.WriteAllText(certificate, _certificates.Server.ExportCertificatePem());
            File.WriteAllText(key, _certificates.ServerKeyPem);
            File.WriteAllText(root, _certificates.Root.ExportCertificatePem());
            configuration += $"""
                listeners.ssl.default = 127.0.0.1:{_tlsPort}
                ssl_options.certfile = {certificate}
                ssl_options.keyfile = {key}
                ssl_options.cacertfile = {root}
                ssl_options.verify = verify_peer
                ssl_cert_login_from = common_name
                auth_mechanisms.1 = PLAIN
                auth_mechanisms.2 = AMQPLAIN
                auth_mechanisms.3 = EXTERNAL
                ssl_options.versions.1 = tlsv1.3
                ssl_options.versions.2 = tlsv1.2

                """;
        }

        File.WriteAllText(Path.Combine(_folder, "rabbitmq.conf"), configuration);
        File.WriteAllText(
            Path.Combine(_folder, "enabled_plugins"), _certificates is null ? "[]." : "[rabbitmq_auth_mechanism_ssl].");
    }

    private string WriteDefinitions(BusTopology topology, BrokerLimits limits)
    {
        Dictionary<PartyId, string> hashes = _passwords.ToDictionary(
            pair => pair.Key, pair => BrokerPassword.Hash(pair.Value, RandomNumberGenerator.GetBytes(BrokerPassword.SaltLength)));
        File.WriteAllText(
            Definitions,
            WithAdministrator(
                BrokerDefinitions.ToJson(topology, hashes, Operator, hashes[Operator], limits), hashes[Administrator]));
        return BrokerDefinitions.ToBrokerConfiguration(Definitions, limits);
    }

    private static string WithAdministrator(string definitions, string hash)
    {
        JsonNode root = JsonNode.Parse(definitions)!;
        JsonNode user = root["users"]![0]!.DeepClone(), permission = root["permissions"]![0]!.DeepClone();
        user["name"] = Administrator.Name;
        user["password_hash"] = hash;
        permission["user"] = Administrator.Name;
        foreach (string right in (string[])["configure", "write", "read"])
        {
            permission[right] = ".*";
        }

        root["users"]!.AsArray().Add(user);
        root["permissions"]!.AsArray().Add(permission);
        return root.ToJsonString();
    }

    private async Task ControlAsync(params string[] arguments)
    {
        using Process control = Launch(Control, arguments);
        await control.WaitForExitAsync();
        if (control.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"rabbitmqctl {string.Join(' ', arguments)} ended with exit code "
                    + $"{control.ExitCode}:\n{File.ReadAllText(Path.Combine(_folder, "output.log"))}");
        }
    }

    private Process Launch(string file, IEnumerable<string> arguments)
    {
        // Output goes to a file, which nobody has to drain.
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = _folder };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"exec \"$@\" >>'{Path.Combine(_folder, "output.log")}' 2>&1 </dev/null");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(file);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["HOME"] = _folder;
        start.Environment["ERL_EPMD_PORT"] = Text(_epmdPort);
        start.Environment["ERL_EPMD_ADDRESS"] = "127.0.0.1";
        start.Environment["RABBITMQ_NODENAME"] = $"consortium-{_port}@localhost";
        start.Environment["RABBITMQ_CONF_ENV_FILE"] = "/dev/null";
        start.Environment["RABBITMQ_CONFIG_FILE"] = Path.Combine(_folder, "rabbitmq.conf");
        start.Environment["RABBITMQ_ADVANCED_CONFIG_FILE"] = ErlangSettings;
        start.Environment["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder, "enabled_plugins");
        start.Environment["RABBITMQ_MNESIA_BASE"] = Path.Combine(_folder, "data");
        start.Environment["RABBITMQ_LOG_BASE"] = _folder;
        start.Environment["RABBITMQ_PID_FILE"] = Path.Combine(_folder, "pid");
        start.Environment["RABBITMQ_DIST_PORT"] = Text(_distributionPort);
        return Process.Start(start) ?? throw new InvalidOperationException($"Could not start {file}.");
    }

    private async Task<bool> IsListeningAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _certificates is null ? _port : _tlsPort);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task EndAsync(string signal, Func<IEnumerable<int>, IEnumerable<int>> whom)
    {
        if (_server is not { HasExited: false })
        {
            return;
        }

        // The server's script waits for Erlang, its child, and ends when that does.
        foreach (int process in whom(ProcessTree.DescendantsOf(_server.Id)))
        {
            using Process kill = Process.Start("/bin/kill", [signal, Text(process)]);
            await kill.WaitForExitAsync();
        }

        await _server.WaitForExitAsync();
        _server.Dispose();
        _server = null;
    }
}
