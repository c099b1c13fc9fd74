using Consortium.Cryptography.Identity;
using Consortium.Protocol.Configuration;

namespace Consortium.Scoring.Tests;

/// <summary>A consortium with a scorer and two clients, and a third that is not enrolled.</summary>
internal sealed class TestParties
{
    public const string Scorer = "scorer";
    public const string First = "client-a";
    public const string Second = "client-b";
    public const string Outsider = "client-c";

    private readonly Dictionary<string, PrivateIdentity> _identities = new(StringComparer.Ordinal);

    public TestParties()
    {
        File = new ConsortiumFile
        {
            Version = ConsortiumFile.CurrentVersion,
            Name = "Test consortium",
            Participants = [Entry("bank-a"), Entry("bank-b"), Entry("bank-c")],
            KeyHolders = [Entry("holder-a"), Entry("holder-b"), Entry("holder-c")],
            Aggregator = Entry("aggregator"),
            Operator = Entry("operator"),
            Scorer = Entry(Scorer),
            Clients = [Entry(Second), Entry(First)],
            Threshold = 2,
            MinimumCohort = 3,
            Deadlines = new ConsortiumFile.DeadlinesEntry(60, 30),
            Limits = new ConsortiumFile.LimitsEntry(16, 8, 1024, 1024 * 1024, 1024 * 1024, 4096),
            Transport = new ConsortiumFile.TransportEntry("localhost", 5672, "/", false),
        };
        Configuration = File.ToConfiguration();
        Entry(Outsider);
    }

    public ConsortiumFile File { get; }

    public ConsortiumConfiguration Configuration { get; }

    public PrivateIdentity Identity(string name) => _identities[name];

    private ConsortiumFile.PartyEntry Entry(string name)
    {
        PrivateIdentity identity = PrivateIdentity.Generate(name);
        _identities.Add(name, identity);
        return new ConsortiumFile.PartyEntry(name, Convert.ToBase64String(identity.Public.Encode()));
    }
}
