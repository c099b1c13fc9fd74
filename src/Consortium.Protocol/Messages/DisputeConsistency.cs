using System.Collections.Immutable;
using Consortium.Cryptography.Proofs;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Whether a dispute is one, and whether the parts of an opening proof of it fit each other. Signatures are checked elsewhere.
/// </summary>
internal static class DisputeConsistency
{
    /// <summary>More than half of the cohort's members say that this very sum does not open at one place.</summary>
    public static Rejection? Of(Signed<Cohort> cohort, ImmutableArray<Signed<SumDisputed>> disputes)
    {
        if (disputes.Length <= cohort.Statement.Members.Length / 2)
        {
            return Inconsistent(
                $"{disputes.Length} of {cohort.Statement.Members.Length} members dispute the sum; more than half must");
        }

        var digest = new CohortDigest(cohort.Digest);
        DisputedPlace place = disputes[0].Statement.Place;
        return
            disputes.Any(
                dispute => dispute.Statement.CohortDigest != digest
                    || dispute.Statement.Attempt != cohort.Statement.Attempt
                    || dispute.Statement.Place != place)
                ? Inconsistent("the disputes are not of one place of this cohort's sum")
            : disputes.DistinctBy(dispute => dispute.Sender).Count() != disputes.Length
                || disputes.Any(dispute => !cohort.Statement.Has(dispute.Sender))
                ? Inconsistent("the disputes are not each of another member")
            : place.Chunk >= cohort.Statement.Shape.Chunks
                ? Inconsistent($"chunk {place.Chunk} of {cohort.Statement.Shape.Chunks} is in dispute")
            : null;
    }

    /// <summary>The opening proof is of the disputed place, by a member, about the update that the cohort names.</summary>
    public static Rejection? OfOpeningProof(OpeningProofRelayed relayed)
    {
        Signed<Cohort> cohort = relayed.Dispute.Cohort;
        OpeningProofManifest proof = relayed.OpeningProof.Statement;
        UpdateManifest update = relayed.Update.Statement;
        PartyId bank = relayed.OpeningProof.Sender;
        DisputedPlace place = relayed.Dispute.Place;
        if (proof.Attempt != cohort.Statement.Attempt || proof.CohortDigest.Value != cohort.Digest || proof.Place != place)
        {
            return Inconsistent($"the opening proof of '{bank}' is not of the place in dispute");
        }

        if (relayed.Update.Sender != bank || !cohort.Statement.Members.Contains(new CohortMember(bank, relayed.Update.Digest))
            || update.Attempt != cohort.Statement.Attempt || update.Shape != cohort.Statement.Shape)
        {
            return Inconsistent($"the update is not the one that the cohort names for '{bank}'");
        }

        if (UpdateConsistency.OfChunks(update, relayed.ChunkDigests) is Rejection rejection)
        {
            return rejection;
        }

        bool fits = place.Chunk == DisputedPlace.KeySum
            ? relayed.Chunk.IsEmpty
            : Digest.Of(relayed.Chunk.Span) == relayed.ChunkDigests[place.Chunk];
        return fits ? null : Inconsistent($"the chunk is not chunk {place.Chunk} of the update");
    }

    private static Rejection Inconsistent(string detail) => new(RejectionReason.Inconsistent, detail);
}
