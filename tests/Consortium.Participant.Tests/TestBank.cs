using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Ledger;
using Consortium.Hosting.Sqlite;
using Consortium.Hosting.Storage;
using Consortium.Learning.Payments;
using Consortium.Participant.Data;
using Consortium.Participant.Store;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Policies;
using Consortium.Protocol.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consortium.Participant.Tests;

/// <summary>
/// One bank's role on a data folder of its own, driven step by step; can be killed and started again at any of them.
/// </summary>
internal sealed class TestBank : IDisposable
{
    public static readonly BankPolicy Policy = new()
    {
        Families = ["boosting", "logistic"],
        MaximumRounds = 1000,
        MaximumValues = 100_000_000,
        MinimumCohort = 3,
        AllowChangingCohort = false,
        Floors = new PolicyFloors
        {
            LeastChildHessian = 0.01,
            LeastL2 = 0.001,
            LeastVoteFraction = 0.01,
            LeastVotes = 1,
            AllowNoVote = true,
        },
    };

    private readonly string _root;
    private readonly ParticipantOptions _options;
    private OpenStorage _storage;
    private LedgerFile _ledger = null!;
    private ParticipantRole _role;
    private FaultPoint _faults = FaultPoints.None;

    public TestBank(string id, BankView view, string root, BankPolicy? policy = null)
    {
        Id = new PartyId(id);
        _root = Path.Combine(root, id);
        Directory.CreateDirectory(Path.Combine(_root, "payments"));
        _options = new ParticipantOptions
        {
            Bank = view.Bank,
            Payments = Path.Combine(_root, "payments"),
            Output = Path.Combine(_root, "output"),
            Policy = policy ?? Policy,
            AlertsPerDay = 3,
        };
        Write("0001.csv", view.Accounts, view.Payments);
        (_storage, _role) = Open();
    }

    public PartyId Id { get; }

    public string Data => Path.Combine(_root, "data");

    public HealthView Status => new(_role.Inspect().IsGood, _role.Inspect().Detail);

    public string[] Output(string folder) =>
        Directory.Exists(Path.Combine(_options.Output, folder))
            ? [.. Directory.GetFiles(Path.Combine(_options.Output, folder)).Order(StringComparer.Ordinal)]
            : [];

    public void Write(string name, string text) => File.WriteAllText(Path.Combine(_options.Payments, name), text);

    public void Write(string name, AccountTable accounts, ReadOnlySpan<Payment> payments)
    {
        using var writer = new PaymentWriter(Path.Combine(_options.Payments, name), accounts);
        writer.Write(payments);
    }

    /// <summary>From now on the bank's process is killed at its so many-th access to storage.</summary>
    public void KillAt(int access)
    {
        int left = access;
        _faults = point =>
        {
            if (--left == 0)
            {
                throw new KilledException(point);
            }
        };
    }

    public async Task RestartAsync()
    {
        _faults = FaultPoints.None;
        _role.Dispose();
        _ledger.Dispose();
        _storage.Dispose();
        (_storage, _role) = Open();
        await _role.RestartAsync(CancellationToken.None);
    }

    /// <summary>
    /// Delivers frames, and again after each time the bank is killed over it, as a broker would; then lets it work.
    /// </summary>
    public async Task<IReadOnlyList<Delivery>> DeliverAsync(params IEnumerable<byte[]> frames)
    {
        var verdicts = new List<Delivery>();
        foreach (byte[] frame in frames)
        {
            verdicts.Add(
                await PersistAsync(
                    () => _role.HandleAsync(new Frame(frame, new PartyId("aggregator"), default), CancellationToken.None)));
        }

        while (await PersistAsync(() => _role.WorkAsync(CancellationToken.None)))
        {
        }

        return verdicts;
    }

    /// <summary>What the bank wants sent, taken from its outbox.</summary>
    public async Task<IReadOnlyList<byte[]>> TakeSentAsync()
    {
        FaultPoint armed = _faults;
        _faults = FaultPoints.None; // this is the broker's doing, not the bank's
        IReadOnlyList<(byte[]? Body, Digest? Blob)> rows = await _storage.Database.WriteAsync(
            state =>
            {
                IReadOnlyList<(byte[]?, Digest?)> found = state.Query(
                    "SELECT body, blob FROM outbox ORDER BY id",
                    row => (row.IsNull(0) ? null : row.GetBytes(0), row.IsNull(1) ? (Digest?)null : new Digest(row.GetBytes(1))));
                state.Execute("DELETE FROM outbox");
                return found;
            },
            CancellationToken.None);
        var sent = new List<byte[]>();
        foreach ((byte[]? body, Digest? blob) in rows)
        {
            sent.Add(body ?? await _storage.Blobs.ReadAsync(blob!.Value, CancellationToken.None));
        }

        _faults = armed;
        return sent;
    }

    public void Dispose()
    {
        _role.Dispose();
        _ledger.Dispose();
        _storage.Dispose();
    }

    private async Task<T> PersistAsync<T>(Func<Task<T>> step)
    {
        while (true)
        {
            try
            {
                return await step();
            }
            catch (KilledException)
            {
                await RestartAsync();
            }
        }
    }

    private (OpenStorage Storage, ParticipantRole Role) Open()
    {
        OpenStorage storage = new FolderStorage(Data) { MaximumBlobBytes = 1L << 30 }
            .Open(ParticipantSchema.Value, point => _faults(point));
        ConsortiumConfiguration configuration = TestConsortium.Instance.Configuration;
        string ledger = Path.Combine(_root, "participation.ledger");
        if (!File.Exists(ledger))
        {
            LedgerFile.Begin(ledger, Id, configuration);
        }

        _ledger = LedgerFile.Open(ledger, LedgerFile.HeadFileIn(Data), Id, configuration, point => _faults(point));
        var party = new Party(
            configuration, configuration.Find(Id)!, TestConsortium.Instance.Identity(Id.Name), storage,
            NullLoggerFactory.Instance, TimeProvider.System, _ledger);
        return (storage, new ParticipantRole(party, _options));
    }

    internal readonly record struct HealthView(bool IsGood, string Detail);

    private sealed class KilledException(string point) : Exception(point);
}
