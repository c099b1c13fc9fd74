using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Canonical lists: a count, then the items; parties and names strictly in order, so that a set has one encoding.
/// </summary>
internal static class Lists
{
    public static void Write(CanonicalWriter writer, ImmutableArray<Digest> digests)
    {
        writer.Int32(digests.Length);
        foreach (Digest digest in digests)
        {
            writer.Digest(digest);
        }
    }

    public static void Write(CanonicalWriter writer, ImmutableArray<PartyId> parties)
    {
        writer.Int32(parties.Length);
        foreach (PartyId party in parties)
        {
            writer.Party(party);
        }
    }

    public static void Write(CanonicalWriter writer, ImmutableArray<CohortMember> members)
    {
        writer.Int32(members.Length);
        foreach (CohortMember member in members)
        {
            writer.Party(member.Participant);
            writer.Digest(member.ManifestDigest);
        }
    }

    public static void Write(CanonicalWriter writer, ImmutableArray<ReadOnlyMemory<byte>> items)
    {
        writer.Int32(items.Length);
        foreach (ReadOnlyMemory<byte> item in items)
        {
            writer.Bytes(item.Span);
        }
    }

    public static void Write(CanonicalWriter writer, ImmutableSortedDictionary<PartyId, Digest> keys)
    {
        writer.Int32(keys.Count);
        foreach ((PartyId party, Digest key) in keys)
        {
            writer.Party(party);
            writer.Digest(key);
        }
    }

    public static void Write<T>(CanonicalWriter writer, ImmutableArray<Signed<T>> statements)
        where T : class, IStatement<T>
    {
        writer.Int32(statements.Length);
        foreach (Signed<T> statement in statements)
        {
            statement.Write(writer);
        }
    }

    public static void Write(CanonicalWriter writer, ImmutableArray<VoidBallot> ballots)
    {
        writer.Int32(ballots.Length);
        foreach (VoidBallot ballot in ballots)
        {
            ballot.Write(writer);
        }
    }

    public static ImmutableArray<VoidBallot> VoidBallots(ref CanonicalReader reader)
    {
        var ballots = ImmutableArray.CreateBuilder<VoidBallot>(reader.Count(
            reader.Limits.Participants, Consortium.Cryptography.Identity.HybridSignature.Length, "void ballots"));
        while (ballots.Count < ballots.Capacity)
        {
            int at = reader.Offset;
            VoidBallot ballot = VoidBallot.Read(ref reader);
            if (ballots.Count > 0 && ballots[^1].Participant.CompareTo(ballot.Participant) >= 0)
            {
                throw reader.Malformed(
                    at, "void ballots in order without repeats", $"'{ballot.Participant}' after '{ballots[^1].Participant}'");
            }

            ballots.Add(ballot);
        }

        return ballots.MoveToImmutable();
    }

    public static ImmutableArray<Digest> Digests(ref CanonicalReader reader, int maximum, string what)
    {
        var digests = ImmutableArray.CreateBuilder<Digest>(reader.Count(maximum, Digest.Length, what));
        while (digests.Count < digests.Capacity)
        {
            digests.Add(reader.Digest());
        }

        return digests.MoveToImmutable();
    }

    public static ImmutableArray<PartyId> Parties(ref CanonicalReader reader, string what)
    {
        int most = reader.Limits.Participants + reader.Limits.KeyHolders;
        var parties = ImmutableArray.CreateBuilder<PartyId>(reader.Count(most, 2, what));
        while (parties.Count < parties.Capacity)
        {
            int at = reader.Offset;
            PartyId party = reader.Party();
            if (parties.Count > 0 && parties[^1].CompareTo(party) >= 0)
            {
                throw reader.Malformed(at, $"{what} in order without repeats", $"'{party}' after '{parties[^1]}'");
            }

            parties.Add(party);
        }

        return parties.MoveToImmutable();
    }

    /// <summary>The session key of each of some key holders.</summary>
    public static ImmutableSortedDictionary<PartyId, Digest> Keys(ref CanonicalReader reader)
    {
        var keys = ImmutableSortedDictionary.CreateBuilder<PartyId, Digest>();
        PartyId? last = null;
        for (int left = reader.Count(reader.Limits.KeyHolders, 2 + Digest.Length, "key holders' keys"); left > 0; left--)
        {
            int at = reader.Offset;
            PartyId party = reader.Party();
            if (last is PartyId before && before.CompareTo(party) >= 0)
            {
                throw reader.Malformed(at, "key holders in order without repeats", $"'{party}' after '{before}'");
            }

            keys.Add(party, reader.Digest());
            last = party;
        }

        return keys.ToImmutable();
    }

    public static ImmutableArray<CohortMember> Members(ref CanonicalReader reader)
    {
        var members = ImmutableArray.CreateBuilder<CohortMember>(
            reader.Count(reader.Limits.Participants, 2 + Digest.Length, "members"));
        while (members.Count < members.Capacity)
        {
            int at = reader.Offset;
            PartyId party = reader.Party();
            if (members.Count > 0 && members[^1].Participant.CompareTo(party) >= 0)
            {
                throw reader.Malformed(at, "members in order without repeats", $"'{party}' after '{members[^1].Participant}'");
            }

            members.Add(new CohortMember(party, reader.Digest()));
        }

        return members.MoveToImmutable();
    }

    public static ImmutableArray<ReadOnlyMemory<byte>> Sealed(ref CanonicalReader reader, int maximum, string what)
    {
        var items = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(reader.Count(maximum, 4, what));
        while (items.Count < items.Capacity)
        {
            items.Add(reader.Bytes(SealedShare.MaximumBytes, what));
        }

        return items.MoveToImmutable();
    }

    public static ImmutableArray<Signed<T>> Statements<T>(ref CanonicalReader reader, int maximum, string what)
        where T : class, IStatement<T>
    {
        // No statement is shorter than its signature.
        var statements = ImmutableArray.CreateBuilder<Signed<T>>(
            reader.Count(maximum, Consortium.Cryptography.Identity.HybridSignature.Length, what));
        while (statements.Count < statements.Capacity)
        {
            statements.Add(Signed<T>.Read(ref reader));
        }

        return statements.MoveToImmutable();
    }
}
