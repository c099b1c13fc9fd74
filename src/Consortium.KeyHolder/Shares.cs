using System.Collections.Immutable;
using System.Security.Cryptography;
using Consortium.Cryptography.Ballots;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sharing;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Secrets;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.KeyHolder;

/// <summary>
/// Opens the key shares that banks sealed to this key holder, checks that they belong with the other key holders', and seals
/// their sum. What is opened is erased at once.
/// </summary>
internal sealed class Shares(Party party)
{
    private readonly int _holder = party.Configuration.IndexOfKeyHolder(party.Id) + 1;

    /// <summary>
    /// Members of the cohort whose share does not open, is no share, or is not on the polynomials that its sender proved, or who
    /// commit to another ballot key than they have with this key holder.
    /// </summary>
    /// <param name="secrets">The session's, those of this cohort's members among them.</param>
    public ImmutableArray<PartyId> Wrong(CohortClosed closed, SessionSecrets secrets)
    {
        using Instruments.Work work = Instruments.Measure("approve");
        var wrong = ImmutableArray.CreateBuilder<PartyId>();
        for (int i = 0; i < closed.SealedShares.Length; i++)
        {
            if (closed.Cohort.Statement.Shape.IsBallot)
            {
                using BallotShare? ballot = OpenBallot(closed, i, secrets);
                if (ballot is null)
                {
                    wrong.Add(closed.Cohort.Statement.Members[i].Participant);
                }

                continue;
            }

            using var sum = new ShareSum(_holder, RnsBasis.Degree);
            if (!TryAdd(closed, i, sum, secrets) || !CommitsToBallotKey(closed.Manifests[i], secrets))
            {
                wrong.Add(closed.Cohort.Statement.Members[i].Participant);
            }
        }

        return wrong.ToImmutable();
    }

    /// <summary>The sum of a promised cohort's shares, sealed to each of the plan's participants and signed.</summary>
    public ShareSumReleased Release(CohortClosed closed, SessionPlan plan, SessionSecrets secrets)
    {
        using Instruments.Work work = Instruments.Measure("release");
        AttemptId attempt = closed.Cohort.Statement.Attempt;
        bool isBallot = closed.Cohort.Statement.Shape.IsBallot;
        byte[] encoded = isBallot ? SumOfBallots(closed, secrets) : SumOfKeys(closed, secrets);
        try
        {
            EnvelopeContext context = isBallot
                ? SealedBallot.SumContext(attempt, party.Identity.Public)
                : SealedShare.ShareSumContext(attempt, party.Identity.Public);
            ImmutableArray<ReadOnlyMemory<byte>> sealedSums =
                [.. plan.Participants.Select(
                    participant => (ReadOnlyMemory<byte>)secrets.SealSum(
                        party.Configuration.Find(participant)!, encoded, context))];
            return new ShareSumReleased
            {
                Manifest = party.Sign(new ShareSumManifest
                {
                    Attempt = attempt,
                    CohortDigest = new CohortDigest(closed.Cohort.Digest),
                    SealedSumDigests = [.. sealedSums.Select(one => Digest.Of(one.Span))],
                }),
                SealedSums = sealedSums,
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(encoded);
        }
    }

    private byte[] SumOfKeys(CohortClosed closed, SessionSecrets secrets)
    {
        using var sum = new ShareSum(_holder, RnsBasis.Degree);
        for (int i = 0; i < closed.SealedShares.Length; i++)
        {
            if (!TryAdd(closed, i, sum, secrets))
            {
                throw NotNow(closed, i);
            }
        }

        return sum.Encode();
    }

    private byte[] SumOfBallots(CohortClosed closed, SessionSecrets secrets)
    {
        using var sum = new BallotShareSum(_holder);
        for (int i = 0; i < closed.SealedShares.Length; i++)
        {
            using BallotShare share = OpenBallot(closed, i, secrets) ?? throw NotNow(closed, i);
            sum.Add(share);
        }

        return sum.Encode();
    }

    private static CryptographicException NotNow(CohortClosed closed, int index) =>
        new($"The share of '{closed.Cohort.Statement.Members[index].Participant}' opened before and does not now.");

    private BallotShare? OpenBallot(CohortClosed closed, int index, SessionSecrets secrets) => SealedBallot.Open(
        closed.SealedShares[index].Span, closed.Manifests[index], party.Configuration,
        secrets.With(closed.Manifests[index].Sender)?.Ballots, _holder);

    private bool CommitsToBallotKey(Signed<UpdateManifest> update, SessionSecrets secrets) =>
        secrets.With(update.Sender) is { } secret
        && update.Statement.BallotKeys[_holder - 1] == new Digest(secret.Ballots.Commit());

    private bool TryAdd(CohortClosed closed, int index, ShareSum sum, SessionSecrets secrets)
    {
        PublicIdentity sender = IdentityOf(closed.Cohort.Statement.Members[index].Participant);
        using KeyShare? share = SealedShare.Open(
            closed.SealedShares[index].Span, closed.Manifests[index].Statement, sender,
            secrets.With(closed.Manifests[index].Sender), _holder, party.Configuration.Threshold);
        if (share is null)
        {
            return false;
        }

        sum.AddMasked(share);
        return true;
    }

    private PublicIdentity IdentityOf(PartyId participant) => party.Configuration.Find(participant)!.Identity;
}
