using System.Collections.Immutable;
using Consortium.Cryptography.Identity;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Tests;

/// <summary>Five banks, three key holders, an aggregator and an operator with real keys, made once.</summary>
public sealed class TestConsortium
{
    private readonly Dictionary<string, PrivateIdentity> _identities = new(StringComparer.Ordinal);

    private TestConsortium()
    {
        File = new ConsortiumFile
        {
            Version = ConsortiumFile.CurrentVersion,
            LeastDays = 1,
            Name = "Test consortium",
            Participants = [Entry("bank-a"), Entry("bank-b"), Entry("bank-c"), Entry("bank-d"), Entry("bank-e")],
            KeyHolders = [Entry("holder-a"), Entry("holder-b"), Entry("holder-c")],
            Aggregator = Entry("aggregator"),
            Operator = Entry("operator"),
            Threshold = 2,
            MinimumCohort = 3,
            Deadlines = new ConsortiumFile.DeadlinesEntry(60, 30),
            Limits = new ConsortiumFile.LimitsEntry(16, 8, 1024, 1024 * 1024, 1024 * 1024, 4096),
            Transport = new ConsortiumFile.TransportEntry("localhost", 5672, "/", false),
        };
        Configuration = File.ToConfiguration();
    }

    public static TestConsortium Instance { get; } = new();

    public ConsortiumFile File { get; }

    public ConsortiumConfiguration Configuration { get; }

    public PrivateIdentity Identity(string id) => _identities[id];

    public Signed<T> Sign<T>(string id, T statement)
        where T : class, IStatement<T> => Signed<T>.Create(new PartyId(id), statement, _identities[id]);

    public ImmutableArray<PartyId> Banks(int count = 5) =>
        [.. Configuration.Participants.Take(count).Select(member => member.Id)];

    private ConsortiumFile.PartyEntry Entry(string id)
    {
        PrivateIdentity identity = PrivateIdentity.Generate(id);
        _identities.Add(id, identity);
        return new ConsortiumFile.PartyEntry(id, Convert.ToBase64String(identity.Public.Encode()));
    }
}
