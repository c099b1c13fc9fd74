using System.Collections.Immutable;
using System.Security.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Ledger;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Testing;

/// <summary>
/// A consortium made up for a test: a temporary folder with <c>consortium.json</c> and, for every party, its identity under a
/// passphrase and both passwords, as docker-compose.yml wants them.
/// </summary>
public sealed class ConsortiumFolder : IDisposable
{
    private readonly Dictionary<PartyId, PrivateIdentity> _identities = [];

    public ConsortiumFolder(
        IEnumerable<string> banks, IEnumerable<string> keyHolders, int threshold = 2, int holderSeconds = 2,
        int frameBytes = 1 << 20, ConsortiumFile.BudgetEntry? budget = null)
    {
        Path = Directory.CreateTempSubdirectory("consortium-").FullName;
        File = new ConsortiumFile
        {
            Version = ConsortiumFile.CurrentVersion,
            LeastDays = 1,
            PrivacyBudget = budget,
            Name = "Test consortium",
            Participants = [.. banks.Select(Entry)],
            KeyHolders = [.. keyHolders.Select(Entry)],
            Aggregator = Entry("aggregator"),
            Operator = Entry("operator"),
            Threshold = threshold,
            MinimumCohort = 3,
            Deadlines = new ConsortiumFile.DeadlinesEntry(600, holderSeconds),
            Limits = new ConsortiumFile.LimitsEntry(128, 16, 4096, 8 << 20, frameBytes, 64 << 10),
            Transport = new ConsortiumFile.TransportEntry("127.0.0.1", 5672, "consortium", false),
        };
        System.IO.File.WriteAllBytes(System.IO.Path.Combine(Path, "consortium.json"), File.ToJson());
        Configuration = File.ToConfiguration();
        System.IO.File.WriteAllBytes(
            System.IO.Path.Combine(Path, "consortium.signature.json"),
            ConfigurationSignature.Create(Configuration, _identities[Configuration.Operator.Id]).ToJson());
    }

    public string Path { get; }

    public ConsortiumFile File { get; }

    public ConsortiumConfiguration Configuration { get; }

    public ImmutableArray<PartyId> Banks => [.. Configuration.Participants.Select(member => member.Id)];

    public ImmutableArray<PartyId> Parties =>
        [.. Banks, .. Configuration.KeyHolders.Select(member =>
            member.Id), Configuration.Aggregator.Id, Configuration.Operator.Id];

    public BusTopology Topology =>
        BusTopology.Star(Configuration.Aggregator.Id, Parties.Where(party => party != Configuration.Aggregator.Id));

    public PrivateIdentity IdentityOf(PartyId party) => _identities[party];

    public Signed<T> Sign<T>(PartyId sender, T statement)
        where T : class, IStatement<T> => Signed<T>.Create(sender, statement, _identities[sender]);

    /// <summary>A party's own folder, there once asked for.</summary>
    public string FolderOf(PartyId party) => Directory.CreateDirectory(System.IO.Path.Combine(Path, party.Name)).FullName;

    /// <summary>A party's participation ledger, begun once asked for.</summary>
    public string LedgerOf(PartyId party)
    {
        string path = System.IO.Path.Combine(FolderOf(party), "participation.ledger");
        if (!System.IO.File.Exists(path))
        {
            LedgerFile.Begin(path, party, Configuration);
        }

        return path;
    }

    /// <summary>Writes every party's identity, passphrase and password at the broker.</summary>
    public void WriteCredentials(Func<PartyId, string> brokerPassword)
    {
        foreach (PartyId party in Parties)
        {
            string folder = FolderOf(party), passphrase = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            IdentityFile.Save(System.IO.Path.Combine(folder, "identity"), _identities[party], passphrase);
            WriteSecret(System.IO.Path.Combine(folder, "passphrase"), passphrase);
            _ = LedgerOf(party);
            WriteSecret(System.IO.Path.Combine(folder, "broker-password"), brokerPassword(party));
        }
    }

    public void Dispose()
    {
        foreach (PrivateIdentity identity in _identities.Values)
        {
            identity.Dispose();
        }

        Directory.Delete(Path, recursive: true);
    }

    private static void WriteSecret(string path, string secret) =>
        DurableFile.Replace(path, System.Text.Encoding.UTF8.GetBytes(secret + "\n"), ownerOnly: true);

    private ConsortiumFile.PartyEntry Entry(string id)
    {
        PrivateIdentity identity = PrivateIdentity.Generate(id);
        _identities.Add(new PartyId(id), identity);
        return new ConsortiumFile.PartyEntry(id, Convert.ToBase64String(identity.Public.Encode()));
    }
}
