using Consortium.Cli.CommandLine;
using Consortium.Cli.Sessions;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Hosting.InMemory;
using Consortium.Operator.Client;
using Consortium.Operator.Sessions;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;
using Consortium.Testing.Scripted;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consortium.Cli.Tests.Sessions;

/// <summary>A consortium in memory, its committee real and its banks scripted, with the operator connected to it.</summary>
internal sealed class ScriptedSession : IAsyncDisposable
{
    private static readonly BusSurroundings Surroundings = new(NullLoggerFactory.Instance, TimeProvider.System, FaultPoints.None);

    private readonly CancellationTokenSource _limit =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<ScriptedBank> _banks = [];
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private InMemoryNetwork _network = null!;
    private HostedRoles _roles = null!;
    private IHost _committee = null!;

    private ScriptedSession()
    {
        _limit.CancelAfter(TimeSpan.FromSeconds(60));
        Terminal = new Terminal(_out, _error, TextReader.Null);
    }

    public ConsortiumFolder Folder { get; } = new(["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"]);

    public ScriptedModel Model { get; } = new(2_000, 65_536);

    public OperatorClient Client { get; private set; } = null!;

    public Terminal Terminal { get; }

    public CancellationToken Limit => _limit.Token;

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    public PartyId Aggregator => Folder.Configuration.Aggregator.Id;

    public string AggregatorData => Path.Combine(Folder.FolderOf(Aggregator), "state");

    /// <param name="silent">Banks that are not there.</param>
    public static async Task<ScriptedSession> BeginAsync(params string[] silent)
    {
        var session = new ScriptedSession();
        session._network = new InMemoryNetwork(session.Folder.Topology, DaemonOptions.LimitsFor(session.Folder.Configuration));
        session._roles = new HostedRoles(session.Folder, session._network.Join);
        session._committee = session._roles.Committee();
        await session._committee.StartAsync(session.Limit);
        foreach (PartyId bank in session.Folder.Banks.Where(bank => !silent.Contains(bank.Name)))
        {
            await session.StartBankAsync(bank);
        }

        session.Client = await session.ConnectAsync();
        return session;
    }

    /// <param name="id">The bank.</param>
    /// <param name="hasTwoKeys">Whether it encrypts under another key than it shares.</param>
    public async Task StartBankAsync(PartyId id, bool hasTwoKeys = false)
    {
        var bank = new ScriptedBank(Folder, id, Model, Join) { HasTwoKeys = hasTwoKeys };
        _banks.Add(bank);
        await bank.StartAsync(Limit);
    }

    public PartyBus Join(PartyId party, FrameHandler handler) => _network.Join(party, handler, Surroundings);

    public Task<OperatorClient> ConnectAsync() =>
        OperatorClient.ConnectAsync(
            _roles.OptionsOf(Folder.Configuration.Operator.Id),
            Path.Combine(Folder.FolderOf(Folder.Configuration.Operator.Id), "state"), "here",
            TimeProvider.System, NullLoggerFactory.Instance, Limit);

    public SessionPlan Plan(int rounds, string name = "Scripted") =>
        Model.Plan(Folder.Configuration.Digest, Folder.Banks, rounds, name);

    /// <summary>Starts a session and watches it to its end.</summary>
    public async Task<SessionLog> RunAsync(int rounds, string name = "Scripted")
    {
        ExitCode code = await SessionStart.SendAsync(
            Terminal, Client, Plan(rounds, name), TimeSpan.FromSeconds(30), json: false, watch: true, Limit);
        Assert.True(code == ExitCode.Done, $"{code}\n{Out}\n{Error}\n{_roles.Log}");
        return await OperatorRun.FindAsync(Client.Journal, name, Limit);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        foreach (ScriptedBank bank in _banks)
        {
            await bank.DisposeAsync();
        }

        await _committee.StopAsync(CancellationToken.None);
        _committee.Dispose();
        Folder.Dispose();
        _limit.Dispose();
        _out.Dispose();
        _error.Dispose();
    }
}
