using System.Collections.Concurrent;
using System.Collections.Immutable;
using Consortium.Cryptography.Identity;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Tests.Simulation;

/// <summary>Who takes part in a simulated session, and who of them is dishonest.</summary>
internal sealed record Scenario
{
    private static readonly ImmutableArray<PublicIdentity> Keys = [.. Enumerable.Range(0, 12).Select(i =>
    {
        using PrivateIdentity identity = PrivateIdentity.Generate($"party {i}");
        return identity.Public;
    })];

    private static readonly ConcurrentDictionary<(int, int, int), ConsortiumConfiguration> Configurations = new();

    public required int Banks { get; init; }

    public required int KeyHolders { get; init; }

    public required int Threshold { get; init; }

    public required CohortRule Rule { get; init; }

    public required bool DishonestAggregator { get; init; }

    /// <summary>The first of the key holders: they say anything, and pool what they hold with the aggregator.</summary>
    public required int DishonestHolders { get; init; }

    /// <summary>The next of the key holders: honest, but restored from old backups now and then.</summary>
    public required int ForgetfulHolders { get; init; }

    /// <summary>The first bank signs several updates for one attempt.</summary>
    public required bool DishonestBank { get; init; }

    /// <summary>No sum with an update of the first bank opens.</summary>
    public bool SpoilingBank { get; init; }

    public PlantedBug Bug { get; init; }

    /// <summary>The one promise to check, or null for all.</summary>
    public int? Only { get; init; }

    public int Rounds => 2;

    /// <summary>Key holders that may contradict themselves.</summary>
    public int Unreliable => DishonestHolders + ForgetfulHolders;

    /// <summary>Whether at most one sum of a round may ever open. Holds while quorums meet in a reliable key holder.</summary>
    public bool OneSumARound => Unreliable <= (2 * Threshold) - KeyHolders - 1 || Bug == PlantedBug.HalfQuorum;

    public ConsortiumConfiguration Configuration =>
        Configurations.GetOrAdd((Banks, KeyHolders, Threshold), key => new ConsortiumConfiguration(
            "Simulated",
            [.. Enumerable.Range(0, key.Item1).Select(i => new Member(BankId(i), PartyRole.Participant, Keys[i]))],
            [.. Enumerable.Range(0, key.Item2).Select(i => new Member(HolderId(i), PartyRole.KeyHolder, Keys[5 + i]))],
            new Member(new PartyId("aggregator"), PartyRole.Aggregator, Keys[10]),
            new Member(new PartyId("operator"), PartyRole.Operator, Keys[11]),
            key.Item3,
            minimumCohort: 3,
            new Deadlines { UpdateSeconds = 60, HolderSeconds = 10 },
            new MessageLimits
            {
                Participants = 16,
                KeyHolders = 16,
                Chunks = 16,
                MessageBytes = 1 << 20,
                FrameBytes = 1 << 20,
                ModelBytes = 16,
            },
            new TransportSettings { Host = "localhost", Port = 5672, VirtualHost = "/", UseTls = false }));

    public static PartyId BankId(int index) => new($"bank-{(char)('a' + index)}");

    public static PartyId HolderId(int index) => new($"holder-{(char)('a' + index)}");

    /// <summary>Draws a scenario that the configuration's rules allow, with at most T - 1 unreliable key holders.</summary>
    public static Scenario Draw(Choices choices)
    {
        choices.NextStep();
        int keyHolders = 2 + choices.Next(4);
        int least = Math.Max(2, (keyHolders / 2) + 1);
        int threshold = least + choices.Next(keyHolders - least + 1);
        int dishonest = choices.Next(threshold);
        bool dishonestAggregator = choices.Next(3) > 0;
        return new Scenario
        {
            Banks = 3 + choices.Next(3),
            KeyHolders = keyHolders,
            Threshold = threshold,
            Rule = choices.Next(2) == 0 ? CohortRule.Fixed : CohortRule.Changing,
            DishonestAggregator = dishonestAggregator,
            DishonestHolders = dishonest,
            ForgetfulHolders = choices.Next(4) == 0 ? choices.Next(threshold - dishonest) : 0,
            DishonestBank = choices.Next(3) == 0,
            SpoilingBank = choices.Next(6) == 0,
        };
    }
}
