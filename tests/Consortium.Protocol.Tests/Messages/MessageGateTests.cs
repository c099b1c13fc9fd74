using System.Collections.Immutable;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Proofs;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Tests.Messages;

/// <summary>Every message that travels, with everything that can be wrong with it before anyone looks at the session.</summary>
public sealed class MessageGateTests
{
    private static readonly TestConsortium Members = TestConsortium.Instance;
    private static readonly SampleRound Round = new(Members);
    private static readonly Message[] Samples = [.. Round.OneOfEach()];
    private static readonly MessageGate Gate = new(Members.Configuration, new PartyId("holder-a"));
    private static readonly PrivateIdentity Stranger = PrivateIdentity.Generate("stranger");

    public static TheoryData<MessageType> Types => [.. Samples.Select(sample => sample.Type)];

    public static TheoryData<string> Inconsistencies => [.. InconsistentMessages().Select(item => item.What)];

    [Theory, MemberData(nameof(Types))]
    public void TryAdmit_HonestMessage_IsAdmitted(MessageType type) => Assert.Null(RejectionOf(Sample(type)));

    [Theory, MemberData(nameof(Types))]
    public void TryAdmit_AnySignatureForged_IsBadSignature(MessageType type)
    {
        // Each way to change the message with every signer's own identity replaced by a stranger's.
        Rejection rejection = RejectionOf(Rewrite(Sample(type), new Forger()))!;
        Assert.Equal(RejectionReason.BadSignature, rejection.Reason);
    }

    [Theory, MemberData(nameof(Types))]
    public void TryAdmit_UnknownSender_IsRejected(MessageType type)
    {
        Rejection rejection = RejectionOf(Rewrite(Sample(type), new Renamer(_ => new PartyId("nobody"))))!;
        Assert.Equal(RejectionReason.UnknownSender, rejection.Reason);
    }

    [Theory, MemberData(nameof(Types))]
    public void TryAdmit_SenderOfAnotherRole_IsRejected(MessageType type)
    {
        // Whoever signs, another role signs instead, properly.
        Rejection? rejection = RejectionOf(Rewrite(Sample(type), new RoleChanger()));
        if (type == MessageType.Rejected)
        {
            Assert.Null(rejection);
        }
        else
        {
            Assert.Equal(RejectionReason.WrongRole, rejection!.Reason);
        }
    }

    [Theory, MemberData(nameof(Types))]
    public void TryAdmit_OfAnotherConsortium_IsRejected(MessageType type)
    {
        var other = new ConsortiumDigest(Digest.Of("another"u8));
        Rejection rejection = RejectionOf(Rewrite(Sample(type), new ConsortiumChanger(other)))!;
        Assert.Equal(RejectionReason.WrongConsortium, rejection.Reason);
    }

    [Theory, MemberData(nameof(Types))]
    public void TryAdmit_AnyByteFlipped_IsRejected(MessageType type)
    {
        byte[] bytes = MessageCodec.Encode(Sample(type));
        int admitted = 0;
        for (int i = 2; i < bytes.Length; i += Math.Max(1, bytes.Length / 200))
        {
            byte[] flipped = [.. bytes];
            flipped[i] ^= 1;
            try
            {
                Message message = MessageCodec.Decode(flipped, Members.Configuration.Limits);
                admitted += RejectionOf(message) is null ? 1 : 0;
            }
            catch (MalformedDataException)
            {
            }
        }

        Assert.Equal(0, admitted);
    }

    [Theory, MemberData(nameof(Inconsistencies))]
    public void TryAdmit_PartsThatContradictEachOther_AreRejected(string what)
    {
        Rejection rejection = RejectionOf(InconsistentMessages().Single(item => item.What == what).Message)!;
        Assert.Equal(RejectionReason.Inconsistent, rejection.Reason);
    }

    [Fact]
    public void TryAdmit_StatementKnownUnderAnotherSignature_IsRejected()
    {
        Signed<CohortApproval> known = Round.Approval(
            "holder-a", new CohortDigest(Round.Closed("holder-a", Members.Banks()).Cohort.Digest));
        Assert.Null(RejectionOf(known));
        Assert.Null(RejectionOf(known));
        byte[] bytes = MessageCodec.Encode(known);
        bytes[^1] ^= 1;
        Assert.Equal(RejectionReason.BadSignature, RejectionOf(MessageCodec.Decode(bytes, Members.Configuration.Limits))!.Reason);
    }

    [Fact]
    public void Know_OwnStatement_IsNotVerifiedWhenItComesBack()
    {
        var cohort = new CohortDigest(Round.Closed("holder-a", Members.Banks()).Cohort.Digest);
        Signed<CohortApproval> own = Signed<CohortApproval>.Unchecked(
            new PartyId("holder-a"), Round.Approval("holder-a", cohort).Statement);
        var relayed = new ApprovalsRelayed { Approvals = [own] };
        var gate = new MessageGate(Members.Configuration, own.Sender);
        Assert.False(gate.TryAdmit(relayed, out _, out _));
        gate.Know(own);
        Assert.True(gate.TryAdmit(relayed, out _, out _));
        Assert.Throws<ArgumentException>(() => gate.Know(Round.Approval("holder-b", cohort)));
    }

    [Fact]
    public void TryAdmit_CohortClosedForAnotherHolder_IsRejected()
    {
        var gate = new MessageGate(Members.Configuration, new PartyId("holder-b"));
        Assert.False(gate.TryAdmit(Round.Closed("holder-a", Members.Banks()), out _, out Rejection? rejection));
        Assert.Equal(RejectionReason.Inconsistent, rejection.Reason);
    }

    private static Message Sample(MessageType type) => Samples.First(sample => sample.Type == type);

    private static Rejection? RejectionOf(Message message) =>
        Gate.TryAdmit(message, out _, out Rejection? rejection) ? null : rejection;

    private static IEnumerable<(string What, Message Message)> InconsistentMessages()
    {
        UpdateSubmitted update = Round.Submitted("bank-a");
        yield return ("update without its last chunk digest", update with { ChunkDigests = update.ChunkDigests.RemoveAt(2) });
        yield return ("update with chunk digests swapped", update with { ChunkDigests = [.. update.ChunkDigests.Reverse()] });
        yield return ("update with another bank's share",
            update with { SealedShares = update.SealedShares.SetItem(1, SampleRound.Share("bank-b", "holder-b")) });
        yield return ("update with a proof for another threshold",
            update with { Manifest = Members.Sign("bank-a", Round.Manifest("bank-a") with { SharingProof = new byte[16] }) });
        yield return ("update without a holder's share", update with { SealedShares = update.SealedShares.RemoveAt(2) });

        CohortClosed closed = Round.Closed("holder-a", Members.Banks());
        yield return ("cohort without a member's manifest",
            closed with { Manifests = closed.Manifests.RemoveAt(4), SealedShares = closed.SealedShares.RemoveAt(4) });
        yield return ("cohort with manifests swapped", closed with { Manifests = [.. closed.Manifests.Reverse()] });
        yield return ("cohort with a share swapped", closed with { SealedShares = [.. closed.SealedShares.Reverse()] });
        yield return ("cohort without a share", closed with { SealedShares = closed.SealedShares.RemoveAt(0) });
        CohortClosed earlier = new SampleRound(Members, round: 2).Closed("holder-a", Members.Banks());
        yield return ("cohort over another round's manifests",
            closed with { Cohort = Round.Cohort(earlier.Manifests), Manifests = earlier.Manifests });
        CohortClosed otherAttempt = new SampleRound(Members, attempt: 2).Closed("holder-a", Members.Banks());
        yield return ("cohort over another attempt's manifests",
            closed with { Cohort = Round.Cohort(otherAttempt.Manifests), Manifests = otherAttempt.Manifests });
        UpdateManifest odd = Round.Manifest("bank-b");
        foreach ((string what, UpdateManifest manifest) in new[]
        {
            ("another shape", odd with { Shape = odd.Shape with { Levels = 2 } }),
            ("another state", odd with { StartedFrom = SampleRound.State(9) }),
        })
        {
            var manifests = closed.Manifests.SetItem(1, Members.Sign("bank-b", manifest));
            yield return ($"cohort with a manifest of {what}",
                closed with { Cohort = Round.Cohort(manifests), Manifests = manifests });
        }

        var cohort = new CohortDigest(closed.Cohort.Digest);
        Signed<CohortApproval> approval = Round.Approval("holder-a", cohort);
        yield return ("no approvals", new ApprovalsRelayed { Approvals = [] });
        yield return ("one approval twice", new ApprovalsRelayed { Approvals = [approval, approval] });
        yield return ("approvals of two attempts",
            new ApprovalsRelayed { Approvals = [approval, new SampleRound(Members, attempt: 2).Approval("holder-b", cohort)] });

        ShareSumReleased released = Round.Released("holder-a", cohort);
        yield return ("release with a sealed sum changed",
            released with { SealedSums = released.SealedSums.SetItem(0, new byte[] { 1 }) });
        yield return ("release without a sealed sum", released with { SealedSums = released.SealedSums.RemoveAt(0) });

        AggregateReleased aggregate = Round.Aggregate("bank-a", closed, "holder-a", "holder-b");
        yield return ("aggregate with one approval", aggregate with { Approvals = aggregate.Approvals.RemoveAt(1) });
        yield return ("aggregate with one holder's approval twice",
            aggregate with { Approvals = [aggregate.Approvals[0], aggregate.Approvals[0]] });
        yield return ("aggregate with one share-sum",
            aggregate with { ShareSums = aggregate.ShareSums.RemoveAt(1), SealedSums = aggregate.SealedSums.RemoveAt(1) });
        yield return ("aggregate with approvals of another cohort", aggregate with
        {
            Approvals =
            [
                Round.Approval("holder-a", new CohortDigest(default)), Round.Approval("holder-b", new CohortDigest(default)),
            ],
        });
        yield return ("aggregate with share-sums of another cohort", aggregate with
        {
            ShareSums =
                [.. aggregate.ShareSums.Select(sum => Round.Released(sum.Sender.Name, new CohortDigest(default)).Manifest)],
        });
        yield return ("aggregate with a sealed sum changed",
            aggregate with { SealedSums = aggregate.SealedSums.SetItem(0, new byte[] { 1 }) });
        yield return ("aggregate without a sealed sum", aggregate with { SealedSums = aggregate.SealedSums.RemoveAt(0) });
        yield return ("aggregate without a member's tag", aggregate with { Tags = aggregate.Tags.RemoveAt(1) });
        yield return ("aggregate with a member's tag twice",
            aggregate with { Tags = aggregate.Tags.SetItem(1, aggregate.Tags[0]) });
        yield return ("aggregate with tags out of order", aggregate with { Tags = [.. aggregate.Tags.Reverse()] });
        CohortClosed other = Round.Closed("holder-a", Members.Banks(4));
        yield return ("aggregate with a tag under another cohort",
            aggregate with { Tags = aggregate.Tags.SetItem(0, Round.Tag("bank-a", other)) });
        yield return ("aggregate with another sum's digests", aggregate with { SumChunkDigests = Round.ChunkDigests("bank-a") });

        foreach (ImmutableArray<Digest> ballotKeys in (ImmutableArray<Digest>[])
            [[], update.Manifest.Statement.BallotKeys.SetItem(0, default), update.Manifest.Statement.BallotKeys.Add(default)])
        {
            yield return ($"update with ballot keys {string.Join(' ', ballotKeys)}", update with
            {
                Manifest = Members.Sign("bank-a", update.Manifest.Statement with { BallotKeys = ballotKeys }),
            });
        }

        RoundRecorded recorded = Round.Recorded(closed, "holder-a", "holder-b");
        yield return ("record with one approval", recorded with { Approvals = recorded.Approvals.RemoveAt(1) });
        yield return ("record with one share-sum", recorded with { ShareSums = recorded.ShareSums.RemoveAt(1) });
        yield return ("record with one holder's approval twice",
            recorded with { Approvals = [recorded.Approvals[0], recorded.Approvals[0]] });
        var place = new DisputedPlace(1, 17);
        DisputeRelayed dispute = Round.Dispute(closed, place, "bank-a", "bank-b", "bank-d");
        yield return ("dispute of two of five members", dispute with { Disputes = dispute.Disputes.RemoveAt(2) });
        yield return ("dispute of nobody", dispute with { Disputes = [] });
        yield return ("dispute of one member thrice",
            dispute with { Disputes = [dispute.Disputes[0], dispute.Disputes[0], dispute.Disputes[0]] });
        yield return ("dispute of two places",
            dispute with { Disputes = dispute.Disputes.SetItem(2, Round.Disputed("bank-d", closed, new DisputedPlace(1, 18))) });
        yield return ("dispute of another cohort", dispute with { Cohort = Round.Cohort(closed.Manifests.RemoveAt(4)) });
        yield return ("dispute of a chunk that is not there",
            Round.Dispute(closed, new DisputedPlace(3, 0), "bank-a", "bank-b", "bank-d"));
        CohortClosed without = Round.Closed("holder-a", Members.Banks(4));
        yield return ("dispute by a bank that is no member", Round.Dispute(without, place, "bank-a", "bank-b", "bank-e"));
        OpeningProofSubmitted given = Round.OpeningProof("bank-a", "holder-a", closed, place);
        yield return ("opening proof with another key holder's part", given with { Holder = new PartyId("holder-b") });
        yield return ("opening proof for nobody", given with { Holder = new PartyId("bank-b") });
        OpeningProofRelayed relayed = Round.ProveOpening("holder-a", "bank-a", closed, place);
        yield return ("opening proof without a dispute", relayed with { Dispute = relayed.Dispute with { Disputes = [] } });
        yield return ("opening proof of another place",
            relayed with { OpeningProof = Round.OpeningProof("bank-a", "holder-a", closed, new DisputedPlace(1, 18)).Manifest });
        yield return ("opening proof with another's update", relayed with { Update = closed.Manifests[1] });
        yield return ("opening proof of an update that the cohort does not name",
            relayed with { Update = Members.Sign("bank-a", Round.Manifest("bank-b")) });
        yield return ("opening proof with another chunk", relayed with { Chunk = SampleRound.Chunk("bank-a", 2) });
        yield return ("opening proof without its chunk", relayed with { Chunk = default });
        yield return ("opening proof with other chunk digests", relayed with { ChunkDigests = Round.ChunkDigests("bank-b") });
        yield return ("opening proof of the sum of keys with a chunk",
            Round.ProveOpening("holder-a", "bank-a", closed, new DisputedPlace(DisputedPlace.KeySum, 3)) with
            {
                Chunk = relayed.Chunk,
            });
        yield return ("opening proof with another's sealed part",
            relayed with { SealedShare = SampleRound.Share("opening-proof-bank-a", "holder-b") });
        yield return ("opening proof with another key share",
            relayed with { SealedKeyShare = SampleRound.Share("bank-a", "holder-b") });
        yield return ("record of another cohort", recorded with { Cohort = Round.Cohort(closed.Manifests.RemoveAt(4)) });
    }

    /// <summary>Applies one change to every signed statement of a message.</summary>
    private static Message Rewrite(Message message, Rewriter rewriter) => message switch
    {
        UpdateSubmitted update => update with { Manifest = rewriter.Apply(update.Manifest) },
        CohortClosed closed =>
            closed with { Cohort = rewriter.Apply(closed.Cohort), Manifests = [.. closed.Manifests.Select(rewriter.Apply)] },
        ApprovalsRelayed relayed => relayed with { Approvals = [.. relayed.Approvals.Select(rewriter.Apply)] },
        ShareSumReleased released => released with { Manifest = rewriter.Apply(released.Manifest) },
        AggregateReleased aggregate => aggregate with
        {
            Cohort = rewriter.Apply(aggregate.Cohort),
            Approvals = [.. aggregate.Approvals.Select(rewriter.Apply)],
            ShareSums = [.. aggregate.ShareSums.Select(rewriter.Apply)],
            Tags = [.. aggregate.Tags.Select(rewriter.Apply)],
        },
        RoundRecorded recorded => recorded with
        {
            Cohort = rewriter.Apply(recorded.Cohort),
            Approvals = [.. recorded.Approvals.Select(rewriter.Apply)],
            ShareSums = [.. recorded.ShareSums.Select(rewriter.Apply)],
        },
        DisputeRelayed dispute => Rewrite(dispute, rewriter),
        OpeningProofSubmitted proof => proof with { Manifest = rewriter.Apply(proof.Manifest) },
        OpeningProofRelayed relayed => relayed with
        {
            Dispute = Rewrite(relayed.Dispute, rewriter),
            OpeningProof = rewriter.Apply(relayed.OpeningProof),
            Update = rewriter.Apply(relayed.Update),
        },
        Signed<SumDisputed> signed => rewriter.Apply(signed),
        Signed<OpeningProofJudged> signed => rewriter.Apply(signed),
        Signed<SessionStatusReported> signed => rewriter.Apply(signed),
        Signed<SessionPlan> signed => rewriter.Apply(signed),
        Signed<SessionControl> signed => rewriter.Apply(signed),
        Signed<SessionKeyOffered> signed => rewriter.Apply(signed),
        Signed<SessionEnded> signed => rewriter.Apply(signed),
        Signed<SecretAgreed> signed => rewriter.Apply(signed),
        Signed<LateSumsSealed> signed => rewriter.Apply(signed),
        Signed<BallotKeyRevealed> signed => rewriter.Apply(signed),
        Signed<RoundOpened> signed => rewriter.Apply(signed),
        Signed<Cohort> signed => rewriter.Apply(signed),
        Signed<UpdateTag> signed => rewriter.Apply(signed),
        Signed<CohortApproval> signed => rewriter.Apply(signed),
        Signed<ModelAdvanced> signed => rewriter.Apply(signed),
        Signed<AttemptAbandoned> signed => rewriter.Apply(signed),
        Signed<Rejected> signed => rewriter.Apply(signed),
        Signed<CatchUpRequested> signed => rewriter.Apply(signed),
        _ => throw new ArgumentException($"{message.Type}"),
    };

    private static DisputeRelayed Rewrite(DisputeRelayed dispute, Rewriter rewriter) =>
        dispute with { Cohort = rewriter.Apply(dispute.Cohort), Disputes = [.. dispute.Disputes.Select(rewriter.Apply)] };

    private abstract class Rewriter
    {
        public abstract Signed<T> Apply<T>(Signed<T> signed)
            where T : class, IStatement<T>;
    }

    private sealed class Forger : Rewriter
    {
        public override Signed<T> Apply<T>(Signed<T> signed) => Signed<T>.Create(signed.Sender, signed.Statement, Stranger);
    }

    private sealed class Renamer(Func<PartyId, PartyId> rename) : Rewriter
    {
        public override Signed<T> Apply<T>(Signed<T> signed) =>
            Signed<T>.Create(rename(signed.Sender), signed.Statement, Stranger);
    }

    private sealed class RoleChanger : Rewriter
    {
        public override Signed<T> Apply<T>(Signed<T> signed) =>
            Members.Sign(T.Signer == PartyRole.Participant ? "aggregator" : "bank-a", signed.Statement);
    }

    private sealed class ConsortiumChanger(ConsortiumDigest other) : Rewriter
    {
        public override Signed<T> Apply<T>(Signed<T> signed) => Members.Sign(signed.Sender.Name, (T)Change(signed.Statement));

        private object Change(object statement) => statement switch
        {
            SessionPlan plan => plan with { Consortium = other },
            SessionControl control => control with { Consortium = other },
            SessionKeyOffered offered => offered with { Consortium = other },
            SessionEnded ended => ended with { Consortium = other },
            SecretAgreed agreed => agreed with { Consortium = other },
            LateSumsSealed late => late with { Consortium = other },
            BallotKeyRevealed revealed => revealed with { Attempt = Change(revealed.Attempt) },
            RoundOpened opened => opened with { Attempt = Change(opened.Attempt) },
            UpdateManifest manifest => manifest with { Attempt = Change(manifest.Attempt) },
            Cohort cohort => cohort with { Attempt = Change(cohort.Attempt) },
            UpdateTag tag => tag with { Attempt = Change(tag.Attempt) },
            CohortApproval approval => approval with { Attempt = Change(approval.Attempt) },
            ShareSumManifest manifest => manifest with { Attempt = Change(manifest.Attempt) },
            ModelAdvanced advanced => advanced with { Attempt = Change(advanced.Attempt) },
            AttemptAbandoned abandoned => abandoned with { Attempt = Change(abandoned.Attempt) },
            Rejected rejected => rejected with { Consortium = other },
            CatchUpRequested request => request with { Consortium = other },
            SumDisputed disputed => disputed with { Attempt = Change(disputed.Attempt) },
            OpeningProofManifest manifest => manifest with { Attempt = Change(manifest.Attempt) },
            OpeningProofJudged judged => judged with { Attempt = Change(judged.Attempt) },
            SessionStatusReported status => status with { Attempt = Change(status.Attempt) },
            _ => throw new ArgumentException(statement.GetType().Name),
        };

        private AttemptId Change(AttemptId attempt) => attempt with { Consortium = other };
    }
}
