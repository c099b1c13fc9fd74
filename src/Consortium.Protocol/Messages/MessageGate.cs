using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Consortium.Cryptography.Sharing;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Lets in what members of this consortium really said, and nothing else. Everything about a message that needs no knowledge of
/// the session is checked here, once: signers, roles, consortium, signatures, and digests of attachments.
/// </summary>
/// <param name="configuration">The consortium.</param>
/// <param name="self">Who is receiving: the shares attached to a closed cohort must be this key holder's.</param>
public sealed class MessageGate(ConsortiumConfiguration configuration, PartyId self)
{
    private readonly VerifiedStatements _verified = new();

    public bool TryAdmit<T>(T message, out Authentic<T> authentic, [NotNullWhen(false)] out Rejection? rejection)
        where T : Message
    {
        MessageDefinition definition = MessageTable.Of(message);
        rejection = definition.TravelsAlone
            ? definition.Check(this, message)
            : new Rejection(RejectionReason.Malformed, $"{message.Type} does not travel alone");
        authentic = rejection is null ? new Authentic<T>(message) : default;
        return rejection is null;
    }

    /// <summary>What this party signed itself: when it comes back within others' messages, nobody verifies it.</summary>
    public void Know<T>(Signed<T> own)
        where T : class, IStatement<T>
    {
        if (own.Sender != self)
        {
            throw new ArgumentException($"'{self}' signs for itself, not for '{own.Sender}'.", nameof(own));
        }

        _verified.Add(VerifiedStatements.Key.Of(own));
    }

    internal Rejection? Check(RoundOpened opened) => SessionKeyList.Check(opened.SessionKeys, configuration);

    internal Rejection? Check(UpdateSubmitted submitted)
    {
        UpdateManifest manifest = submitted.Manifest.Statement;
        return Signature(submitted.Manifest)
            ?? SessionKeyList.Check(manifest.SessionKeys, configuration)
            ?? UpdateConsistency.OfChunks(manifest, submitted.ChunkDigests)
            ?? (SealedShare.Digests(submitted.SealedShares).SequenceEqual(manifest.SealedShareDigests)
                && manifest.SealedShareDigests.Length == configuration.KeyHolders.Length
                    ? null
                    : Inconsistent("the sealed shares are not those of the manifest, one for each key holder"))
            ?? (submitted.SealedShares.Index()
                .All(share => share.Item.IsEmpty != SessionKeyList.Has(manifest.SessionKeys, share.Index))
                ? null
                : Inconsistent("there is not one sealed share for each session key"))
            ?? (UpdateConsistency.CommitsToBallotKeys(manifest)
                ? null
                : Inconsistent("there is not one commitment to a ballot key for each session key"))
            ?? (manifest.Shape.IsBallot || manifest.SharingProof.Length == SharingProof.EncodedLength(configuration.Threshold)
                ? null
                : Inconsistent(
                    $"a sharing proof of {manifest.SharingProof.Length} bytes for a threshold of {configuration.Threshold}"));
    }

    internal Rejection? Check(CohortClosed closed)
    {
        int holder = configuration.IndexOfKeyHolder(self);
        Rejection? rejection = Signature(closed.Cohort)
            ?? Signatures(closed.Manifests)
            ?? CohortConsistency.Of(closed.Cohort.Statement, closed.Manifests, configuration)
            ?? Voids(closed.Cohort.Statement, closed.Voids);
        if (rejection is not null)
        {
            return rejection;
        }

        if (closed.SealedShares.Length != closed.Manifests.Length)
        {
            return Inconsistent($"{closed.SealedShares.Length} sealed shares for {closed.Manifests.Length} members");
        }

        for (int i = 0; i < closed.Manifests.Length; i++)
        {
            if (holder < 0 || Digest.Of(closed.SealedShares[i].Span) != closed.Manifests[i].Statement.SealedShareDigests[holder])
            {
                return Inconsistent($"the sealed share of '{closed.Manifests[i].Sender}' is not the one it signed for '{self}'");
            }
        }

        return null;
    }

    internal Rejection? Check(ApprovalsRelayed relayed)
    {
        if (relayed.Approvals.IsEmpty)
        {
            return Inconsistent("no approvals");
        }

        AttemptId attempt = relayed.Approvals[0].Statement.Attempt;
        return Signatures(relayed.Approvals)
            ?? (relayed.Approvals.DistinctBy(approval => approval.Sender).Count() == relayed.Approvals.Length
                ? null
                : Inconsistent("two approvals of one key holder"))
            ?? (relayed.Approvals.All(approval => approval.Statement.Attempt == attempt)
                ? null
                : Inconsistent("approvals of several attempts"));
    }

    internal Rejection? Check(ShareSumReleased released) =>
        Signature(released.Manifest)
        ?? (SealedShare.Digests(released.SealedSums).SequenceEqual(released.Manifest.Statement.SealedSumDigests)
            ? null
            : Inconsistent("the sealed share-sums are not those signed"));

    internal Rejection? Check(AggregateReleased released)
    {
        Cohort cohort = released.Cohort.Statement;
        Rejection? rejection = Signature(released.Cohort)
            ?? Signatures(released.Approvals)
            ?? Signatures(released.ShareSums)
            ?? Signatures(released.Tags)
            ?? CohortConsistency.OfSum(cohort, released.SumChunkDigests)
            ?? CohortConsistency.OfTags(released.Cohort, released.Tags)
            ?? CohortConsistency.OfRelease(released.Cohort, released.Approvals, released.ShareSums, configuration)
            ?? Voids(cohort, released.Voids)
            ?? (cohort.Shape.IsBallot
                ? Signatures(released.Ballots) ?? CohortConsistency.Of(cohort, released.Ballots, configuration)
                : released.Ballots.IsEmpty ? null : Inconsistent("ballots of a cohort that does not vote"));
        if (rejection is not null)
        {
            return rejection;
        }

        if (released.SealedSums.Length != released.ShareSums.Length)
        {
            return Inconsistent($"{released.SealedSums.Length} sealed share-sums from {released.ShareSums.Length} key holders");
        }

        for (int i = 0; i < released.ShareSums.Length; i++)
        {
            if (!released.ShareSums[i].Statement.SealedSumDigests.Contains(Digest.Of(released.SealedSums[i].Span)))
            {
                return Inconsistent($"the share-sum is not one that '{released.ShareSums[i].Sender}' signed");
            }
        }

        return null;
    }

    internal Rejection? Check(RoundRecorded recorded) =>
        Signature(recorded.Cohort)
        ?? Signatures(recorded.Approvals)
        ?? Signatures(recorded.ShareSums)
        ?? CohortConsistency.OfRelease(recorded.Cohort, recorded.Approvals, recorded.ShareSums, configuration)
        ?? Voids(recorded.Cohort.Statement, recorded.Voids);

    internal Rejection? Check(DisputeRelayed dispute) =>
        Signature(dispute.Cohort) ?? Signatures(dispute.Disputes) ?? DisputeConsistency.Of(dispute.Cohort, dispute.Disputes);

    internal Rejection? Check(OpeningProofSubmitted proof)
    {
        int holder = configuration.IndexOfKeyHolder(proof.Holder);
        ImmutableArray<Digest> digests = proof.Manifest.Statement.SealedShareDigests;
        return Signature(proof.Manifest)
            ?? (holder >= 0
                && digests.Length == configuration.KeyHolders.Length
                && Digest.Of(proof.SealedShare.Span) == digests[holder]
                ? null
                : Inconsistent($"the sealed part of the opening proof is not the one signed for '{proof.Holder}'"));
    }

    internal Rejection? Check(OpeningProofRelayed relayed)
    {
        int holder = configuration.IndexOfKeyHolder(self);
        return Check(relayed.Dispute)
            ?? Signature(relayed.OpeningProof)
            ?? Signature(relayed.Update)
            ?? DisputeConsistency.OfOpeningProof(relayed)
            ?? (holder >= 0
                && relayed.OpeningProof.Statement.SealedShareDigests.Length == configuration.KeyHolders.Length
                && relayed.Update.Statement.SealedShareDigests.Length == configuration.KeyHolders.Length
                && Digest.Of(relayed.SealedShare.Span) == relayed.OpeningProof.Statement.SealedShareDigests[holder]
                && Digest.Of(relayed.SealedKeyShare.Span) == relayed.Update.Statement.SealedShareDigests[holder]
                    ? null
                    : Inconsistent($"what '{relayed.OpeningProof.Sender}' sealed is not what it signed for '{self}'"));
    }

    private Rejection? Voids(Cohort cohort, ImmutableArray<VoidBallot> voids)
    {
        foreach (VoidBallot ballot in voids)
        {
            if ((Signature(ballot.Manifest) ?? Signatures(ballot.Rejections)
                ?? (ballot.Revealed is { } revealed ? Signature(revealed.Commitment) : null)) is Rejection rejection)
            {
                return rejection;
            }
        }

        return CohortConsistency.OfVoids(cohort, voids, configuration);
    }

    private Rejection? Signatures<T>(ImmutableArray<Signed<T>> statements)
        where T : class, IStatement<T>
    {
        foreach (Signed<T> statement in statements)
        {
            if (Signature(statement) is Rejection rejection)
            {
                return rejection;
            }
        }

        return null;
    }

    internal Rejection? Signature<T>(Signed<T> signed)
        where T : class, IStatement<T>
    {
        var key = VerifiedStatements.Key.Of(signed);
        if (_verified.Contains(key))
        {
            return null;
        }

        Rejection? rejection = StatementCheck.Of(signed, configuration);
        if (rejection is null)
        {
            _verified.Add(key);
        }

        return rejection;
    }

    private static Rejection Inconsistent(string detail) => new(RejectionReason.Inconsistent, detail);
}
