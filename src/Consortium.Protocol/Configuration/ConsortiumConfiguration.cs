using System.Collections.Frozen;
using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Privacy;

namespace Consortium.Protocol.Configuration;

/// <summary>
/// The rules that all members share, already checked (see <see cref="ConsortiumFile"/>). Immutable. Two members are in one
/// consortium when their <see cref="Digest"/>s are equal.
/// </summary>
public sealed class ConsortiumConfiguration
{
    /// <summary>Four weeks: a calendar month is long enough.</summary>
    public const int DefaultLeastDays = 28;

    private readonly FrozenDictionary<PartyId, Member> _members;

    internal ConsortiumConfiguration(
        string name,
        ImmutableArray<Member> participants,
        ImmutableArray<Member> keyHolders,
        Member aggregator,
        Member sessionOperator,
        int threshold,
        int minimumCohort,
        Deadlines deadlines,
        MessageLimits limits,
        TransportSettings transport,
        int leastDays = DefaultLeastDays,
        ConsortiumDigest? previous = null,
        PrivacyBudget? budget = null,
        Member? scorer = null,
        ImmutableArray<Member> clients = default)
    {
        Name = name;
        Participants = participants;
        KeyHolders = keyHolders;
        Aggregator = aggregator;
        Operator = sessionOperator;
        Threshold = threshold;
        MinimumCohort = minimumCohort;
        Deadlines = deadlines;
        Limits = limits;
        Transport = transport;
        LeastDays = leastDays;
        Previous = previous;
        Budget = budget;
        Scorer = scorer;
        Clients = clients.IsDefault ? [] : clients;
        _members = participants.Concat(keyHolders)
            .Append(aggregator)
            .Append(sessionOperator)
            .ToFrozenDictionary(member => member.Id);
        Digest = new ConsortiumDigest(Primitives.Digest.Of(CanonicalBytes()));
    }

    public string Name { get; }

    /// <summary>In order of id.</summary>
    public ImmutableArray<Member> Participants { get; }

    /// <summary>Key holder i of this list evaluates sharing polynomials at i + 1.</summary>
    public ImmutableArray<Member> KeyHolders { get; }

    public Member Aggregator { get; }

    public Member Operator { get; }

    /// <summary>T: how many key holders approve and release, more than half of them.</summary>
    public int Threshold { get; }

    /// <summary>No sum over fewer banks is ever released, whatever a plan says. At least 3.</summary>
    public int MinimumCohort { get; }

    public Deadlines Deadlines { get; }

    public MessageLimits Limits { get; }

    public TransportSettings Transport { get; }

    /// <summary>No combination of released sums may be about fewer days than this.</summary>
    public int LeastDays { get; }

    /// <summary>The configuration that this one takes the place of; null for a consortium's first.</summary>
    public ConsortiumDigest? Previous { get; }

    /// <summary>
    /// What noisy sums may tell about any one day of payments; null where sums are exact and no plan may carry noise.
    /// </summary>
    public PrivacyBudget? Budget { get; }

    /// <summary>Who scores clients' payments; null where nobody does.</summary>
    public Member? Scorer { get; }

    /// <summary>
    /// In order of id. They are no members: <see cref="Find"/> does not know them, so no message of theirs is let in.
    /// </summary>
    public ImmutableArray<Member> Clients { get; }

    public ConsortiumDigest Digest { get; }

    public Member? Find(PartyId id) => _members.GetValueOrDefault(id);

    public Member? FindClient(PartyId id) => Clients.FirstOrDefault(client => client.Id == id);

    /// <summary>Place in <see cref="KeyHolders"/>, or -1.</summary>
    public int IndexOfKeyHolder(PartyId id)
    {
        for (int i = 0; i < KeyHolders.Length; i++)
        {
            if (KeyHolders[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>What <see cref="Digest"/> is the digest of: everything in the file but its version and schema.</summary>
    internal byte[] CanonicalBytes()
    {
        var writer = new CanonicalWriter();
        writer.Ascii("consortium/2/configuration");
        writer.Text(Name);
        Write(writer, Participants);
        Write(writer, KeyHolders);
        Write(writer, [Aggregator, Operator]);
        writer.Int32(Threshold);
        writer.Int32(MinimumCohort);
        writer.Int32(Deadlines.UpdateSeconds);
        writer.Int32(Deadlines.HolderSeconds);
        writer.Int32(Limits.Participants);
        writer.Int32(Limits.KeyHolders);
        writer.Int32(Limits.Chunks);
        writer.Int32(Limits.MessageBytes);
        writer.Int32(Limits.FrameBytes);
        writer.Int32(Limits.ModelBytes);
        writer.Text(Transport.Host);
        writer.Int32(Transport.Port);
        writer.Text(Transport.VirtualHost);
        writer.Bool(Transport.UseTls);
        writer.Int32(LeastDays);
        writer.Bool(Previous is not null);
        if (Previous is { } previous)
        {
            writer.Digest(previous.Value);
        }

        // What a configuration does not have leaves no byte: it keeps the digest that it had before there was any.
        if (Budget is not null || Scorer is not null)
        {
            writer.Bool(Budget is not null);
            writer.Bool(Scorer is not null);
        }

        if (Budget is { } budget)
        {
            writer.Double(budget.Epsilon);
            writer.Double(budget.Delta);
            writer.UInt8((int)budget.Unit);
        }

        if (Scorer is { } scorer)
        {
            Write(writer, [scorer]);
            Write(writer, Clients);
        }

        return writer.ToArray();
    }

    private static void Write(CanonicalWriter writer, ImmutableArray<Member> members)
    {
        writer.Int32(members.Length);
        foreach (Member member in members)
        {
            writer.Ascii(member.Id.Name);
            writer.UInt8((int)member.Role);
            writer.Digest(new Digest(member.Identity.Digest));
        }
    }
}
