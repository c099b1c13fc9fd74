using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Privacy;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Ledger;

/// <summary>What a participation ledger says. One of the records nested here.</summary>
public abstract record LedgerEntry
{
    /// <summary>The largest of everything that an entry names, whatever a configuration allows.</summary>
    internal static readonly MessageLimits Limits = new()
    {
        Participants = 1024,
        KeyHolders = 255,
        Chunks = 1,
        MessageBytes = 64 * 1024,
        FrameBytes = 1,
        ModelBytes = 1,
    };

    private LedgerEntry()
    {
    }

    /// <summary>The ledger's first entry: whose it is.</summary>
    public sealed record Begun(PartyId Owner) : LedgerEntry;

    /// <summary>From here on the consortium has this configuration.</summary>
    /// <param name="Configuration">Its digest.</param>
    /// <param name="Before">The configuration that it names as the one before; null for a consortium's first.</param>
    public sealed record Adopted(ConsortiumDigest Configuration, ConsortiumDigest? Before) : LedgerEntry;

    /// <summary>A cohort of a session over a window of days: once, however many of its rounds are released.</summary>
    /// <param name="Round">The first round in which this cohort came up.</param>
    /// <param name="Cohort">In order.</param>
    /// <param name="Data">
    /// Of a bank's own payments of these days, with their labels; null at key holders, and in what came from another party.
    /// </param>
    /// <param name="Noise">What all rounds of the session tell; null where its sums are exact.</param>
    /// <param name="Budget">
    /// What the consortium allowed to be told of these days at that time, where sums carry noise. Later configurations may lower
    /// it for these days, and not raise it.
    /// </param>
    public sealed record Participated(
        ParticipationKind Kind, SessionId Session, string Name, RoundNumber Round, ImmutableArray<PartyId> Cohort,
        DataWindow Window, Digest? Data, NoiseTerms? Noise = null, PrivacyBudget? Budget = null) : LedgerEntry
    {
        public bool Equals(Participated? other) =>
            other is not null
            && (Kind, Session, Name, Round, Window) == (other.Kind, other.Session, other.Name, other.Round, other.Window)
            && (Data, Noise, Budget) == (other.Data, other.Noise, other.Budget)
            && Cohort.SequenceEqual(other.Cohort);

        public override int GetHashCode() => HashCode.Combine(Kind, Session, Round, Window);
    }

    /// <summary>
    /// People decided that nothing of a session was ever released, so what this bank sent in it counts no more.
    /// </summary>
    public sealed record Discharged(SessionId Session, string Reason) : LedgerEntry;

    internal static LedgerEntry Read(ref CanonicalReader reader)
    {
        int at = reader.Offset;
        int kind = reader.UInt8();
        return kind switch
        {
            1 => new Begun(reader.Party()),
            2 => new Adopted(reader.Consortium(), reader.Bool() ? reader.Consortium() : null),
            3 => ReadParticipated(ref reader),
            4 => new Discharged(reader.Session(), reader.Text()),
            5 => ReadParticipated(ref reader) with { Noise = NoiseTerms.Read(ref reader), Budget = ReadBudget(ref reader) },
            _ => throw reader.Malformed(at, "a kind of entry", $"{kind}"),
        };
    }

    internal void Write(CanonicalWriter writer)
    {
        switch (this)
        {
            case Begun(var owner):
                writer.UInt8(1);
                writer.Party(owner);
                break;
            case Adopted(var configuration, var before):
                writer.UInt8(2);
                writer.Digest(configuration.Value);
                writer.Bool(before is not null);
                if (before is { } named)
                {
                    writer.Digest(named.Value);
                }

                break;
            case Participated participated:
                writer.UInt8(participated.Noise is null ? 3 : 5);
                writer.UInt8((int)participated.Kind);
                writer.Digest(participated.Session.Value);
                writer.Text(participated.Name);
                writer.Int32(participated.Round.Value);
                Lists.Write(writer, participated.Cohort);
                participated.Window.Write(writer);
                writer.Bool(participated.Data is not null);
                if (participated.Data is { } data)
                {
                    writer.Digest(data);
                }

                if (participated.Noise is { } noise)
                {
                    noise.Write(writer);
                    writer.Bool(participated.Budget is not null);
                    if (participated.Budget is { } budget)
                    {
                        Write(writer, budget);
                    }
                }

                break;
            case Discharged(var session, var reason):
                writer.UInt8(4);
                writer.Digest(session.Value);
                writer.Text(reason);
                break;
            default:
                throw new InvalidOperationException($"No way to write a {GetType().Name}.");
        }
    }

    private static PrivacyBudget? ReadBudget(ref CanonicalReader reader)
    {
        if (!reader.Bool())
        {
            return null;
        }

        int at = reader.Offset;
        var budget = new PrivacyBudget
        {
            Epsilon = reader.Finite(),
            Delta = reader.Finite(),
            Unit = (PrivacyUnit)reader.UInt8(1, 2, "a unit of privacy"),
        };
        return budget.IsPossible ? budget : throw reader.Malformed(at, "a budget of privacy", $"{budget}");
    }

    private static void Write(CanonicalWriter writer, PrivacyBudget budget)
    {
        writer.Double(budget.Epsilon);
        writer.Double(budget.Delta);
        writer.UInt8((int)budget.Unit);
    }

    private static Participated ReadParticipated(ref CanonicalReader reader) => new(
        (ParticipationKind)reader.UInt8(1, 2, "a kind of participation"),
        reader.Session(),
        reader.Text(),
        reader.Round(),
        Lists.Parties(ref reader, "a cohort"),
        DataWindow.Read(ref reader),
        reader.Bool() ? reader.Digest() : null);
}
