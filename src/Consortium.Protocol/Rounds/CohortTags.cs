using System.Collections.Immutable;
using Consortium.Cryptography.Encryption;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Rounds;

/// <summary>
/// The tags of a closed cohort's updates, as the aggregator gathers them while key holders approve. When they do not add up to
/// the tag of the sum, each is held against its update's chunks; a bank that gave another is named, and from then on only the
/// right one is taken from it. Immutable; transitions are pure.
/// </summary>
public sealed record CohortTags
{
    /// <summary>The cohort whose digest is the tags' seed.</summary>
    public required Signed<Cohort> Cohort { get; init; }

    /// <summary>When a cohort that may change goes on without the members whose tags are missing.</summary>
    public required long Deadline { get; init; }

    /// <summary>By bank.</summary>
    public ImmutableSortedDictionary<PartyId, SumTag> Given { get; init; } = ImmutableSortedDictionary<PartyId, SumTag>.Empty;

    /// <summary>The right tag of each bank that gave another.</summary>
    public ImmutableSortedDictionary<PartyId, SumTag> Right { get; init; } = ImmutableSortedDictionary<PartyId, SumTag>.Empty;

    /// <summary>The sum's own tag, once computed.</summary>
    public SumTag? OfSum { get; init; }

    /// <summary>Members that gave no tag, or a wrong one, in order.</summary>
    public ImmutableArray<PartyId> Missing =>
        IsNeedless ? [] : [.. Cohort.Statement.Parties.Where(bank => !Given.ContainsKey(bank))];

    /// <summary>Whether all are there, the sum's own among them.</summary>
    public bool AreComplete => IsNeedless || (OfSum is not null && Given.Count == Cohort.Statement.Members.Length);

    /// <summary>Whether all are there and belong to this sum.</summary>
    public bool AddUp => IsNeedless || (AreComplete && SumTag.Sum(Given.Values).Equals(OfSum));

    /// <summary>Ballots have no chunks, and no tags.</summary>
    private bool IsNeedless => Cohort.Statement.Shape.IsBallot;

    /// <summary>Why a tag does not count; null when it does, or is known.</summary>
    public Rejection? Check(Signed<UpdateTag> tag)
    {
        PartyId bank = tag.Sender;
        return
            tag.Statement.CohortDigest.Value != Cohort.Digest
                ? new(RejectionReason.Inconsistent, $"no cohort {tag.Statement.CohortDigest} was closed")
            : !Cohort.Statement.Has(bank)
                ? new(RejectionReason.NotAllowed, $"'{bank}' is not in the cohort")
            : Right.TryGetValue(bank, out SumTag? right) && !right.Equals(tag.Statement.Tag) ? NotOfItsChunks(bank)
            : Given.TryGetValue(bank, out SumTag? known) && !known.Equals(tag.Statement.Tag)
                ? new(RejectionReason.Contradicted, $"'{bank}' gave another tag before")
            : null;
    }

    public CohortTags Add(Signed<UpdateTag> tag) => this with { Given = Given.Add(tag.Sender, tag.Statement.Tag) };

    /// <summary>Drops the tags of banks that gave another than their chunks'.</summary>
    /// <param name="right">Their right ones.</param>
    public CohortTags Name(ImmutableSortedDictionary<PartyId, SumTag> right) =>
        this with { Given = Given.RemoveRange(right.Keys), Right = Right.SetItems(right) };

    internal static Rejection NotOfItsChunks(PartyId bank) =>
        new(RejectionReason.Inconsistent, $"the tag that '{bank}' signed is not that of its chunks");

    internal static CohortTags Read(ref CanonicalReader reader, Signed<Cohort> cohort) => new()
    {
        Cohort = cohort,
        Deadline = reader.Int64(),
        Given = ReadTags(ref reader),
        Right = ReadTags(ref reader),
        OfSum = reader.UInt8(0, 1, "0 or 1") == 1 ? reader.Tag() : null,
    };

    internal void Write(CanonicalWriter writer)
    {
        writer.Int64(Deadline);
        Write(writer, Given);
        Write(writer, Right);
        writer.UInt8(OfSum is null ? 0 : 1);
        if (OfSum is not null)
        {
            writer.Tag(OfSum);
        }
    }

    private static ImmutableSortedDictionary<PartyId, SumTag> ReadTags(ref CanonicalReader reader)
    {
        var tags = ImmutableSortedDictionary.CreateBuilder<PartyId, SumTag>();
        for (int i = reader.Count(reader.Limits.Participants, SumTag.Size, "tags"); i > 0; i--)
        {
            tags[reader.Party()] = reader.Tag();
        }

        return tags.ToImmutable();
    }

    private static void Write(CanonicalWriter writer, ImmutableSortedDictionary<PartyId, SumTag> tags)
    {
        writer.Int32(tags.Count);
        foreach ((PartyId bank, SumTag tag) in tags)
        {
            writer.Party(bank);
            writer.Tag(tag);
        }
    }
}
