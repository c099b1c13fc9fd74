using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Privacy;

namespace Consortium.Protocol.Configuration;

/// <summary>
/// <c>consortium.json</c> as people write it, nothing checked. <see cref="ToConfiguration"/> is the only way on from here.
/// </summary>
public sealed record ConsortiumFile
{
    public const int CurrentVersion = 2;

    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>Of this file's shape: <see cref="CurrentVersion"/>.</summary>
    public int? Version { get; init; }

    /// <summary>Digest of the configuration that this one takes the place of; none in a consortium's first.</summary>
    public string? Previous { get; init; }

    public string? Name { get; init; }

    public ImmutableArray<PartyEntry> Participants { get; init; } = [];

    public ImmutableArray<PartyEntry> KeyHolders { get; init; } = [];

    public PartyEntry? Aggregator { get; init; }

    public PartyEntry? Operator { get; init; }

    /// <summary>Who scores clients' payments; none where nobody does.</summary>
    public PartyEntry? Scorer { get; init; }

    /// <summary>Institutions that are no members and have their payments scored.</summary>
    public ImmutableArray<PartyEntry> Clients { get; init; } = [];

    public int? Threshold { get; init; }

    public int? MinimumCohort { get; init; }

    /// <summary>
    /// No combination of released sums may be about fewer days than this; <see cref="ConsortiumConfiguration.DefaultLeastDays"/>
    /// unless given.
    /// </summary>
    public int? LeastDays { get; init; }

    /// <summary>What noisy sums may tell about any one day of payments; without it sums are exact.</summary>
    public BudgetEntry? PrivacyBudget { get; init; }

    public DeadlinesEntry? Deadlines { get; init; }

    public LimitsEntry? Limits { get; init; }

    public TransportEntry? Transport { get; init; }

    /// <exception cref="InvalidConfigurationException">Not JSON, or not of this shape.</exception>
    public static ConsortiumFile Parse(ReadOnlySpan<byte> json) => JsonFile.Parse<ConsortiumFile>("consortium.json", json);

    public byte[] ToJson() => JsonFile.Write(this);

    /// <exception cref="InvalidConfigurationException">The file cannot work; says everything that is wrong in it.</exception>
    public ConsortiumConfiguration ToConfiguration()
    {
        JsonFile.Validate("consortium.json", new ConsortiumFileValidator(), this);
        return new ConsortiumConfiguration(
            Name!,
            [.. Participants.Select(entry => Member(entry, PartyRole.Participant)).OrderBy(member => member.Id)],
            [.. KeyHolders.Select(entry => Member(entry, PartyRole.KeyHolder))],
            Member(Aggregator!, PartyRole.Aggregator),
            Member(Operator!, PartyRole.Operator),
            Threshold!.Value,
            MinimumCohort!.Value,
            new Deadlines { UpdateSeconds = Deadlines!.UpdateSeconds!.Value, HolderSeconds = Deadlines.HolderSeconds!.Value },
            new MessageLimits
            {
                Participants = Limits!.Participants!.Value,
                KeyHolders = Limits.KeyHolders!.Value,
                Chunks = Limits.Chunks!.Value,
                MessageBytes = Limits.MessageBytes!.Value,
                FrameBytes = Limits.FrameBytes!.Value,
                ModelBytes = Limits.ModelBytes!.Value,
            },
            new TransportSettings
            {
                Host = Transport!.Host!,
                Port = Transport.Port!.Value,
                VirtualHost = Transport.VirtualHost!,
                UseTls = Transport.UseTls!.Value,
            },
            LeastDays ?? ConsortiumConfiguration.DefaultLeastDays,
            Previous is { } previous ? new ConsortiumDigest(Digest.Parse(previous)) : null,
            PrivacyBudget is { } budget
                ? new PrivacyBudget
                {
                    Epsilon = budget.Epsilon!.Value,
                    Delta = budget.Delta!.Value,
                    Unit = Enum.Parse<PrivacyUnit>(budget.Unit!, ignoreCase: true),
                }
                : null,
            Scorer is { } scorer ? Member(scorer, PartyRole.Scorer) : null,
            [.. Clients.Select(entry => Member(entry, PartyRole.Client)).OrderBy(client => client.Id)]);
    }

    private static Member Member(PartyEntry entry, PartyRole role) =>
        new(new PartyId(entry.Id!), role, PublicIdentity.Decode(Convert.FromBase64String(entry.Identity!)));

    /// <summary>A party.</summary>
    /// <param name="Id">Its name in this consortium.</param>
    /// <param name="Identity">Base64 of its public identity.</param>
    public sealed record PartyEntry(string? Id, string? Identity);

    /// <param name="Unit"><c>payment</c> or <c>account</c>.</param>
    public sealed record BudgetEntry(double? Epsilon, double? Delta, string? Unit);

    public sealed record DeadlinesEntry(int? UpdateSeconds, int? HolderSeconds);

    public sealed record LimitsEntry(
        int? Participants, int? KeyHolders, int? Chunks, int? MessageBytes, int? FrameBytes, int? ModelBytes);

    public sealed record TransportEntry(string? Host, int? Port, string? VirtualHost, bool? UseTls);
}
