using System.Collections.Immutable;
using System.Text.Json;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Tests.Configuration;

public sealed class ConsortiumFileTests
{
    private static readonly ConsortiumFile Good = TestConsortium.Instance.File;

    public static TheoryData<string> Faults => [.. FaultyFiles().Select(fault => fault.Name)];

    [Fact]
    public void ToConfiguration_GoodFile_SurvivesItsJson()
    {
        ConsortiumConfiguration again = ConsortiumFile.Parse(Good.ToJson()).ToConfiguration();
        Assert.Equal(Good.ToConfiguration().Digest, again.Digest);
    }

    [Theory, MemberData(nameof(Faults))]
    public void ToConfiguration_FaultyFile_NamesThePathAndTheFix(string name)
    {
        (_, ConsortiumFile file, string path, string fix) = FaultyFiles().Single(fault => fault.Name == name);
        var problem = Assert.Throws<InvalidConfigurationException>(file.ToConfiguration);
        Assert.Contains(problem.Problems, found => found.Path == path && found.Fix.Contains(fix, StringComparison.Ordinal));
        Assert.Contains(path, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToConfiguration_SeveralFaults_NamesThemAll()
    {
        var problem = Assert.Throws<InvalidConfigurationException>(
            () => (Good with { Threshold = 1, MinimumCohort = 2, Name = null }).ToConfiguration());
        Assert.Equal(["minimumCohort", "name", "threshold"], problem.Problems.Select(found => found.Path).Order());
    }

    [Fact]
    public void ToConfiguration_EmptyFile_NamesEverythingMissing()
    {
        var problem = Assert.Throws<InvalidConfigurationException>(() => ConsortiumFile.Parse("{}"u8).ToConfiguration());
        Assert.Equal(
            ["aggregator", "deadlines", "keyHolders", "limits", "minimumCohort", "name", "operator", "participants", "threshold",
                "transport", "version"],
            problem.Problems.Select(found => found.Path).Distinct().Order());
    }

    [Theory]
    [InlineData("{ \"treshold\": 2 }", "treshold")]
    [InlineData("{ \"threshold\": \"2\" }", "threshold")]
    [InlineData("{ \"threshold\": 2", "$")]
    [InlineData("null", "$")]
    public void Parse_NotOfTheShape_NamesTheLineAndPath(string json, string path)
    {
        var problem = Assert.Throws<InvalidConfigurationException>(
            () => ConsortiumFile.Parse(System.Text.Encoding.UTF8.GetBytes(json)));
        Assert.Contains(path, Assert.Single(problem.Problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Digest_AnyRuleChanged_Differs()
    {
        ConsortiumFile[] files =
        [
            Good,
            Good with { Name = "Another" },
            Good with { Participants = Good.Participants.RemoveAt(0) },
            Good with { Participants = Good.Participants.SetItem(0, Good.Participants[0] with { Id = "bank-z" }) },
            Good with { KeyHolders = [Good.KeyHolders[1], Good.KeyHolders[0], Good.KeyHolders[2]] },
            Good with { Aggregator = Good.Operator, Operator = Good.Aggregator },
            Good with { Threshold = 3 },
            Good with { MinimumCohort = 4 },
            Good with { Deadlines = Good.Deadlines! with { UpdateSeconds = 61 } },
            Good with { Deadlines = Good.Deadlines! with { HolderSeconds = 31 } },
            Good with { Limits = Good.Limits! with { Participants = 17 } },
            Good with { Limits = Good.Limits! with { KeyHolders = 9 } },
            Good with { Limits = Good.Limits! with { Chunks = 1025 } },
            Good with { Limits = Good.Limits! with { MessageBytes = 1024 * 1024 + 1 } },
            Good with { Limits = Good.Limits! with { FrameBytes = 1024 * 1024 + 1 } },
            Good with { Limits = Good.Limits! with { ModelBytes = 4097 } },
        ];
        Assert.Equal(files.Length, files.Select(file => file.ToConfiguration().Digest).Distinct().Count());
    }

    [Fact]
    public void Digest_OrderOfBanksChanged_StaysTheSame() => Assert.Equal(
        Good.ToConfiguration().Digest, (Good with { Participants = [.. Good.Participants.Reverse()] }).ToConfiguration().Digest);

    [Fact]
    public void Digest_TransportPreviousOrLeastDaysChanged_IsAnother()
    {
        ConsortiumFile[] changed =
        [
            Good with { Transport = Good.Transport! with { Host = "elsewhere" } },
            Good with { Transport = Good.Transport! with { Port = 5673 } },
            Good with { Transport = Good.Transport! with { VirtualHost = "other" } },
            Good with { Transport = Good.Transport! with { UseTls = true } },
            Good with { Previous = new string('a', 64) },
            Good with { LeastDays = 29 },
        ];
        Assert.Equal(changed.Length + 1, changed.Append(Good).Select(file => file.ToConfiguration().Digest).Distinct().Count());
    }

    [Fact]
    public void ToConfiguration_FileFromBeforeVersion2_SaysWhatToDo()
    {
        Problem problem = Assert.Single(
            Assert.Throws<InvalidConfigurationException>(() => (Good with { Version = null }).ToConfiguration()).Problems);
        Assert.Equal("version", problem.Path);
        Assert.StartsWith(
            "This file is from before version 2, in which \"transport\" is part of the digest.", problem.Fix,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 2, 1, 0, 1)]
    [InlineData(3, 3, 0, 2, 2)]
    [InlineData(4, 3, 1, 1, 2)]
    [InlineData(5, 3, 2, 0, 2)]
    [InlineData(5, 4, 1, 2, 3)]
    public void CommitteeStrength_SaysWhatItSurvives(int keyHolders, int threshold, int crashes, int equivocating, int colluding)
    {
        var strength = new CommitteeStrength(keyHolders, threshold);
        Assert.Equal((crashes, equivocating, colluding), (strength.Crashes, strength.Equivocating, strength.Colluding));
        Assert.Equal(equivocating == 0, strength.Warning is not null);
    }

    [Fact]
    public void Schema_NamesWhatTheFileNames()
    {
        using JsonDocument schema = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "consortium-config", "consortium.schema.json")));
        using JsonDocument file = JsonDocument.Parse(
            (WithScorer() with
            {
                Schema = "./consortium.schema.json",
                Previous = new string('a', 64),
                LeastDays = 28,
                PrivacyBudget = new(8, 1e-6, "payment"),
            }).ToJson());
        AssertSameNames(schema.RootElement, schema.RootElement, file.RootElement, "$");
    }

    [Fact]
    public void Clients_AreNoMembersAndChangeTheDigest()
    {
        ConsortiumConfiguration without = Good.ToConfiguration(), with = WithScorer().ToConfiguration();

        Assert.NotEqual(without.Digest, with.Digest);
        Assert.NotEqual(with.Digest, (WithScorer() with { Clients = [] }).ToConfiguration().Digest);
        Assert.Equal(PartyRole.Client, with.FindClient(new PartyId("client-a"))?.Role);
        Assert.Null(with.Find(new PartyId("client-a")));
        Assert.Null(with.Find(new PartyId("scorer")));
        Assert.Null(with.FindClient(new PartyId("scorer")));
    }

    [Fact]
    public void Clients_WithoutAScorerOrWithAMembersKeys_AreRejected()
    {
        AssertRejected(WithScorer() with { Scorer = null }, "scorer");
        AssertRejected(WithScorer() with { Clients = [Good.Participants[0] with { Id = "client-a" }] }, "clients[0].identity");
        AssertRejected(WithScorer() with { Clients = [NewEntry("scorer")] }, "clients[0].id");

        static void AssertRejected(ConsortiumFile file, string path) => Assert.Contains(
            Assert.Throws<InvalidConfigurationException>(file.ToConfiguration).Problems,
            problem => problem.ToString().Contains(path, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Example_CanBeUsed()
    {
        ConsortiumConfiguration example = ConsortiumFile.Parse(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "consortium-config", "consortium.json"))).ToConfiguration();
        Assert.Equal(
            (5, 4, 3, 3), (example.Participants.Length, example.KeyHolders.Length, example.Threshold, example.MinimumCohort));
    }

    private static ConsortiumFile WithScorer() => Good with { Scorer = NewEntry("scorer"), Clients = [NewEntry("client-a")] };

    private static ConsortiumFile.PartyEntry NewEntry(string id)
    {
        using PrivateIdentity identity = PrivateIdentity.Generate(id);
        return new ConsortiumFile.PartyEntry(id, Convert.ToBase64String(identity.Public.Encode()));
    }

    private static void AssertSameNames(JsonElement root, JsonElement schema, JsonElement value, string path)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            schema = root.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..]);
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            JsonElement properties = schema.GetProperty("properties");
            Assert.Equal(
                value.EnumerateObject().Select(property => property.Name).Order(),
                properties.EnumerateObject().Select(property => property.Name).Order());
            Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
            foreach (JsonProperty property in value.EnumerateObject())
            {
                AssertSameNames(root, properties.GetProperty(property.Name), property.Value, $"{path}.{property.Name}");
            }
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            AssertSameNames(root, schema.GetProperty("items"), value[0], $"{path}[0]");
        }
    }

    private static IEnumerable<(string Name, ConsortiumFile File, string Path, string Fix)> FaultyFiles()
    {
        ImmutableArray<ConsortiumFile.PartyEntry> banks = Good.Participants;
        yield return ("two banks", Good with { Participants = [.. banks.Take(2)] }, "participants", "List at least 3 banks");
        yield return ("one holder", Good with { KeyHolders = [Good.KeyHolders[0]] }, "keyHolders",
            "List 2 to 255 key holders, not 1");
        yield return ("threshold of half", Good with { KeyHolders = [.. Good.KeyHolders.Take(2)], Threshold = 1 }, "threshold",
            "Use 2 to 2 for 2 key holders, not 1");
        yield return ("threshold of one", Good with { Threshold = 1 }, "threshold", "rounds finish with 1 down");
        yield return ("threshold above J", Good with { Threshold = 4 }, "threshold", "Use 2 to 3 for 3 key holders, not 4");
        yield return ("minimum of two", Good with { MinimumCohort = 2 }, "minimumCohort", "Use 3 or more, not 2");
        yield return ("minimum above K", Good with { MinimumCohort = 6 }, "minimumCohort", "Use at most 5");
        yield return ("one id twice",
            Good with { KeyHolders = Good.KeyHolders.SetItem(1, Good.KeyHolders[1] with { Id = "bank-a" }) }, "keyHolders[1].id",
            "taken by participants[0]");
        yield return ("one identity twice", Good with { Operator = Good.Operator! with { Identity = banks[2].Identity } },
            "operator.identity", "identity of participants[2]");
        yield return ("id in capitals", Good with { Participants = banks.SetItem(3, banks[3] with { Id = "Bank D" }) },
            "participants[3].id", "use 1 to 32 of a-z");
        yield return ("identity cut short",
            Good with { Participants = banks.SetItem(1, banks[1] with { Identity = banks[1].Identity![..100] }) },
            "participants[1].identity", "Paste the base64");
        yield return ("identity with a space",
            Good with { Aggregator = Good.Aggregator! with { Identity = " " + Good.Aggregator.Identity } }, "aggregator.identity",
            "Paste the base64");
        yield return ("no deadline", Good with { Deadlines = Good.Deadlines! with { UpdateSeconds = 0 } },
            "deadlines.updateSeconds", "Use 1 to");
        yield return ("limit below the banks listed", Good with { Limits = Good.Limits! with { Participants = 4 } },
            "limits.participants", "Use at least 5");
        yield return ("limit below the holders listed", Good with { Limits = Good.Limits! with { KeyHolders = 2 } },
            "limits.keyHolders", "Use at least 3");
        yield return ("messages too small", Good with { Limits = Good.Limits! with { MessageBytes = 65_536 } },
            "limits.messageBytes", "Use at least");
        yield return ("no room for tags beside the digests of chunks",
            Good with { Limits = Good.Limits! with { Chunks = 65_536, MessageBytes = 2_433_024 } },
            "limits.messageBytes", "Use at least 2453504");
        yield return ("frames below a chunk", Good with { Limits = Good.Limits! with { FrameBytes = 50_000 } },
            "limits.frameBytes", "not 50000");
        yield return ("no broker", Good with { Transport = Good.Transport! with { Host = "" } }, "transport.host",
            "Name the broker's host");
        yield return ("no port", Good with { Transport = Good.Transport! with { Port = 70_000 } }, "transport.port",
            "Use 1 to 65535");
    }
}
