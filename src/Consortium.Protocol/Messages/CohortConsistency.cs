using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Whether the parts of a closed cohort fit each other, whoever looks: the gate of a key holder or participant, or the audit.
/// Signatures are checked elsewhere.
/// </summary>
internal static class CohortConsistency
{
    /// <summary>The manifests are the members', all for this attempt, from one state and of one shape.</summary>
    public static Rejection? Of(
        Cohort cohort, ImmutableArray<Signed<UpdateManifest>> manifests, ConsortiumConfiguration configuration)
    {
        if (manifests.Length != cohort.Members.Length)
        {
            return Inconsistent($"{manifests.Length} manifests for {cohort.Members.Length} members");
        }

        if (!manifests.IsEmpty && SessionKeyList.Check(manifests[0].Statement.SessionKeys, configuration) is Rejection keys)
        {
            return keys;
        }

        for (int i = 0; i < manifests.Length; i++)
        {
            (PartyId participant, Digest digest) = cohort.Members[i];
            UpdateManifest manifest = manifests[i].Statement;
            string? problem =
                manifests[i].Sender != participant ? $"the manifest of '{manifests[i].Sender}' stands for '{participant}'"
                : manifests[i].Digest != digest ? $"the manifest of '{participant}' is not the one the cohort names"
                : manifest.Attempt != cohort.Attempt ? $"the manifest of '{participant}' is for {manifest.Attempt}"
                : manifest.Shape != cohort.Shape ? $"'{participant}' sent {manifest.Shape}, not {cohort.Shape}"
                : manifest.StartedFrom != cohort.StartedFrom ? $"'{participant}' started from another state"
                : !manifest.SessionKeys.SequenceEqual(manifests[0].Statement.SessionKeys)
                    ? $"'{participant}' sealed to other session keys than '{manifests[0].Sender}'"
                : !UpdateConsistency.CommitsToBallotKeys(manifest)
                    ? $"'{participant}' has not one commitment to a ballot key for each session key"
                : manifest.SealedShareDigests.Length != configuration.KeyHolders.Length
                    ? $"'{participant}' shared its key with {manifest.SealedShareDigests.Length} holders"
                : null;
            if (problem is not null)
            {
                return Inconsistent(problem);
            }
        }

        return null;
    }

    /// <summary>
    /// Those who are left out of a vote sent no ballot in this round that counts, as what is attached shows. Signatures are
    /// checked elsewhere.
    /// </summary>
    public static Rejection? OfVoids(Cohort cohort, ImmutableArray<VoidBallot> voids, ConsortiumConfiguration configuration)
    {
        foreach (VoidBallot ballot in voids)
        {
            AttemptId attempt = ballot.Manifest.Statement.Attempt;
            string? problem =
                !cohort.Shape.IsBallot ? "void ballots of a cohort that does not vote"
                : attempt.Session != cohort.Attempt.Session || attempt.Round != cohort.Attempt.Round
                    || attempt.CompareWithin(cohort.Attempt) > 0
                    ? $"the void ballot of '{ballot.Participant}' is for {attempt}"
                : cohort.Has(ballot.Participant) ? $"'{ballot.Participant}' is a member, with a void ballot"
                : !ballot.Holds(configuration) ? $"nothing shows that the ballot of '{ballot.Participant}' does not count"
                : null;
            if (problem is not null)
            {
                return Inconsistent(problem);
            }
        }

        return null;
    }

    public static Rejection? OfSum(Cohort cohort, ImmutableArray<Digest> sumDigests) =>
        sumDigests.Length == cohort.Shape.Chunks && DigestList.Root(sumDigests) == cohort.SumRoot
            ? null
            : Inconsistent("the sum's chunk digests are not those of the cohort");

    /// <summary>Each member gave its tag under this very cohort. Whether they add up is for whoever has the sum.</summary>
    public static Rejection? OfTags(Signed<Cohort> cohort, ImmutableArray<Signed<UpdateTag>> tags)
    {
        var digest = new CohortDigest(cohort.Digest);
        if (cohort.Statement.Shape.IsBallot)
        {
            return tags.IsEmpty ? null : Inconsistent("tags of ballots, which have no chunks");
        }

        return cohort.Statement.Parties.SequenceEqual(tags.Select(tag => tag.Sender))
            && tags.All(tag => tag.Statement.CohortDigest == digest && tag.Statement.Attempt == cohort.Statement.Attempt)
                ? null
                : Inconsistent("the tags are not those of the cohort's members, one each under this cohort");
    }

    /// <summary>T key holders approved this very cohort, and T released for it.</summary>
    public static Rejection? OfRelease(
        Signed<Cohort> cohort,
        ImmutableArray<Signed<CohortApproval>> approvals,
        ImmutableArray<Signed<ShareSumManifest>> shareSums,
        ConsortiumConfiguration configuration)
    {
        var digest = new CohortDigest(cohort.Digest);
        AttemptId attempt = cohort.Statement.Attempt;
        int approved = approvals
            .Where(approval => approval.Statement.CohortDigest == digest && approval.Statement.Attempt == attempt)
            .Select(approval => approval.Sender).Distinct().Count();
        if (approved != approvals.Length || approved < configuration.Threshold)
        {
            return Inconsistent(
                $"{approved} of {approvals.Length} approvals are of this cohort by different key holders; "
                    + $"{configuration.Threshold} are needed");
        }

        int released = shareSums
            .Where(sum => sum.Statement.CohortDigest == digest && sum.Statement.Attempt == attempt)
            .Select(sum => sum.Sender).Distinct().Count();
        return released == shareSums.Length && released >= configuration.Threshold
            ? null
            : Inconsistent(
                $"{released} of {shareSums.Length} share-sums are of this cohort by different key holders; "
                    + $"{configuration.Threshold} are needed");
    }

    private static Rejection Inconsistent(string detail) => new(RejectionReason.Inconsistent, detail);
}
