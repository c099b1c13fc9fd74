using System.Collections.Immutable;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Proofs;
using Consortium.Cryptography.Sharing;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Tests;

/// <summary>One of every message of one honest round, signed for real.</summary>
public sealed class SampleRound
{
    public const int ChunkLength = 64;
    private const int Chunks = 3;

    private readonly TestConsortium _consortium;

    public SampleRound(
        TestConsortium consortium, int round = 1, int attempt = 1, CohortRule rule = CohortRule.Fixed,
        long createdAt = 1_700_000_000_000, NoiseTerms? noise = null)
    {
        _consortium = consortium;
        Plan = consortium.Sign("operator", new SessionPlan
        {
            Consortium = consortium.Configuration.Digest,
            Name = "Spring",
            Workload = "training",
            Parameters = new byte[] { 1, 2, 3 },
            InitialState = State(0),
            Rounds = 4,
            Participants = consortium.Banks(),
            Cohort = rule,
            MinimumCohort = 3,
            MaximumAttempts = 3,
            MaximumValues = 1_000_000,
            UpdateSeconds = 60,
            Window = new DataWindow(new DateOnly(2000, 1, 1), new DateOnly(2023, 12, 31)),
            Noise = noise,
            CreatedAt = createdAt,
        });
        Session = new SessionId(Plan.Digest);
        Attempt = new AttemptId(consortium.Configuration.Digest, Session, new RoundNumber(round), new AttemptNumber(attempt));
        Shape = new UpdateShape(50_000, 65_536, Chunks);
    }

    public Signed<SessionPlan> Plan { get; }

    public SessionId Session { get; }

    public AttemptId Attempt { get; }

    public UpdateShape Shape { get; }

    public static StateDigest State(int number) => new(Digest.Of([(byte)'s', (byte)number]));

    public Signed<RoundOpened> Opened() => _consortium.Sign("aggregator", new RoundOpened
    {
        Attempt = Attempt,
        StartsFrom = State(Attempt.Round.Value - 1),
        Deadline = 1_700_000_060_000,
        SessionKeys = SessionKeys,
    });

    /// <summary>What all key holders offered.</summary>
    public ImmutableArray<Digest> SessionKeys => SampleKeys.List(_consortium.Configuration, Session);

    public Signed<SessionKeyOffered> Offered(string holder) =>
        _consortium.Sign(holder, SampleKeys.Offer(Attempt.Consortium, Session, new PartyId(holder)));

    public static ReadOnlyMemory<byte> Chunk(string party, int index)
    {
        byte[] bytes = new byte[ChunkLength];
        Digest.Of([(byte)index, .. party.Select(c => (byte)c)]).CopyTo(bytes);
        return bytes;
    }

    public static ReadOnlyMemory<byte> Share(string from, string to) =>
        Digest.Of([1, .. (from + "/" + to).Select(c => (byte)c)]).ToArray();

    public ImmutableArray<Digest> ChunkDigests(string party) =>
        [.. Enumerable.Range(0, Chunks).Select(i => Digest.Of(Chunk(party, i).Span))];

    public UpdateManifest Manifest(string bank) => new()
    {
        Attempt = Attempt,
        StartedFrom = State(Attempt.Round.Value - 1),
        Shape = Shape,
        ChunksRoot = DigestList.Root(ChunkDigests(bank)),
        SessionKeys = SessionKeys,
        BallotKeys = [.. SessionKeys.Select(key => Digest.Of([.. key.ToArray(), .. bank.Select(c => (byte)c)]))],
        SealedShareDigests =
            [.. _consortium.Configuration.KeyHolders.Select(holder => Digest.Of(Share(bank, holder.Id.Name).Span))],
        SharingProof = new byte[SharingProof.EncodedLength(_consortium.Configuration.Threshold)],
    };

    public UpdateSubmitted Submitted(string bank) => new()
    {
        Manifest = _consortium.Sign(bank, Manifest(bank)),
        ChunkDigests = ChunkDigests(bank),
        SealedShares = [.. _consortium.Configuration.KeyHolders.Select(holder => Share(bank, holder.Id.Name))],
    };

    public CohortClosed Closed(string holder, params ImmutableArray<PartyId> members)
    {
        ImmutableArray<Signed<UpdateManifest>> manifests =
            [.. members.Select(bank => _consortium.Sign(bank.Name, Manifest(bank.Name)))];
        return new CohortClosed
        {
            Cohort = Cohort(manifests),
            Manifests = manifests,
            SealedShares = [.. members.Select(bank => Share(bank.Name, holder))],
        };
    }

    public Signed<Cohort> Cohort(ImmutableArray<Signed<UpdateManifest>> manifests) => _consortium.Sign("aggregator", new Cohort
    {
        Attempt = Attempt,
        StartedFrom = State(Attempt.Round.Value - 1),
        Shape = Shape,
        Members = [.. manifests.Select(manifest => new CohortMember(manifest.Sender, manifest.Digest))],
        SumRoot = DigestList.Root(ChunkDigests("sum")),
    });

    public Signed<CohortApproval> Approval(string holder, CohortDigest cohort, long sequence = 1) =>
        _consortium.Sign(holder, new CohortApproval
        {
            Attempt = Attempt,
            CohortDigest = cohort,
            Sequence = sequence,
            PreviousDigest = default,
        });

    /// <summary>A member's tag under a closed cohort.</summary>
    public Signed<UpdateTag> Tag(string bank, CohortClosed closed, SumTag? tag = null) =>
        _consortium.Sign(bank, new UpdateTag
        {
            Attempt = Attempt,
            CohortDigest = new CohortDigest(closed.Cohort.Digest),
            Tag = tag ?? SymbolicTag.Of(closed.Manifests.Single(manifest => manifest.Sender.Name == bank).Digest, closed.Digest),
        });

    public ImmutableArray<Signed<UpdateTag>> Tags(CohortClosed closed) =>
        [.. closed.Manifests.Select(manifest => Tag(manifest.Sender.Name, closed))];

    public ShareSumReleased Released(string holder, CohortDigest cohort)
    {
        ImmutableArray<ReadOnlyMemory<byte>> sums =
            [.. Plan.Statement.Participants.Select(bank => Share("sum-" + holder, bank.Name))];
        return new ShareSumReleased
        {
            Manifest = _consortium.Sign(holder, new ShareSumManifest
            {
                Attempt = Attempt,
                CohortDigest = cohort,
                SealedSumDigests = [.. sums.Select(sum => Digest.Of(sum.Span))],
            }),
            SealedSums = sums,
        };
    }

    public AggregateReleased Aggregate(string bank, CohortClosed closed, params string[] holders)
    {
        var cohort = new CohortDigest(closed.Cohort.Digest);
        return new AggregateReleased
        {
            Cohort = closed.Cohort,
            Approvals = [.. holders.Select(holder => Approval(holder, cohort))],
            ShareSums = [.. holders.Select(holder => Released(holder, cohort).Manifest)],
            SealedSums = [.. holders.Select(holder => Share("sum-" + holder, bank))],
            Tags = Tags(closed),
            SumChunkDigests = ChunkDigests("sum"),
        };
    }

    public RoundRecorded Recorded(CohortClosed closed, params string[] holders)
    {
        var cohort = new CohortDigest(closed.Cohort.Digest);
        return new RoundRecorded
        {
            Cohort = closed.Cohort,
            Approvals = [.. holders.Select(holder => Approval(holder, cohort))],
            ShareSums = [.. holders.Select(holder => Released(holder, cohort).Manifest)],
        };
    }

    public DisputeRelayed Dispute(CohortClosed closed, DisputedPlace place, params string[] banks) => new()
    {
        Cohort = closed.Cohort,
        Disputes = [.. banks.Select(bank => Disputed(bank, closed, place))],
    };

    public Signed<SumDisputed> Disputed(string bank, CohortClosed closed, DisputedPlace place) =>
        _consortium.Sign(
            bank, new SumDisputed { Attempt = Attempt, CohortDigest = new CohortDigest(closed.Cohort.Digest), Place = place });

    public OpeningProofSubmitted OpeningProof(string bank, string holder, CohortClosed closed, DisputedPlace place) => new()
    {
        Manifest = _consortium.Sign(bank, new OpeningProofManifest
        {
            Attempt = Attempt,
            CohortDigest = new CohortDigest(closed.Cohort.Digest),
            Place = place,
            SealedShareDigests =
                [.. _consortium.Configuration.KeyHolders.Select(
                    member => Digest.Of(Share("opening-proof-" + bank, member.Id.Name).Span))],
            Proof = new byte[] { 4, 5, 6 },
        }),
        Holder = new PartyId(holder),
        SealedShare = Share("opening-proof-" + bank, holder),
    };

    /// <summary>Of an update whose chunks are <see cref="Chunk"/>.</summary>
    public OpeningProofRelayed ProveOpening(string holder, string bank, CohortClosed closed, DisputedPlace place) => new()
    {
        Dispute = Dispute(closed, place, "bank-a", "bank-b", "bank-d"),
        OpeningProof = OpeningProof(bank, holder, closed, place).Manifest,
        SealedShare = Share("opening-proof-" + bank, holder),
        Update = closed.Manifests.Single(manifest => manifest.Sender.Name == bank),
        SealedKeyShare = Share(bank, holder),
        ChunkDigests = ChunkDigests(bank),
        Chunk = place.Chunk == DisputedPlace.KeySum ? default : Chunk(bank, place.Chunk),
    };

    public ImmutableArray<Message> OneOfEach()
    {
        CohortClosed closed = Closed("holder-a", _consortium.Banks());
        var cohort = new CohortDigest(closed.Cohort.Digest);
        return
        [
            Plan,
            _consortium.Sign("operator", new SessionControl
            {
                Consortium = Attempt.Consortium,
                Session = Session,
                Sequence = 1,
                Action = SessionAction.Pause,
                Reason = "maintenance",
            }),
            Offered("holder-a"),
            _consortium.Sign("bank-a", new SecretAgreed
            {
                Consortium = Attempt.Consortium,
                Session = Session,
                Holder = new PartyId("holder-a"),
                Agreement = new byte[SessionSecret.AgreementLength],
            }),
            _consortium.Sign("holder-a", new LateSumsSealed
            {
                Consortium = Attempt.Consortium,
                Session = Session,
                Bank = new PartyId("bank-a"),
                Round = 2,
                Sealed = new byte[LateSumsSealed.SealedLength],
            }),
            _consortium.Sign("holder-a", new BallotKeyRevealed
            {
                Attempt = Attempt,
                Ballot = closed.Manifests[0].Digest,
                Key = new byte[BallotKey.Length],
                Sealed = new byte[100],
            }),
            _consortium.Sign("aggregator", new SessionEnded { Consortium = Attempt.Consortium, Session = Session }),
            Opened(),
            Submitted("bank-a"),
            closed,
            closed.Cohort,
            Tag("bank-a", closed),
            Approval("holder-a", cohort),
            new ApprovalsRelayed { Approvals = [Approval("holder-a", cohort), Approval("holder-b", cohort)] },
            Released("holder-a", cohort),
            Aggregate("bank-a", closed, "holder-a", "holder-b"),
            _consortium.Sign(
                "bank-a", new ModelAdvanced { Attempt = Attempt, CohortDigest = cohort, State = State(Attempt.Round.Value) }),
            _consortium.Sign("aggregator", new AttemptAbandoned
            {
                Attempt = Attempt,
                Reason = AbandonmentReason.TooFewUpdates,
                Missing = [new PartyId("bank-c"), new PartyId("bank-e")],
                Detail = "2 of 5 updates by the deadline",
            }),
            _consortium.Sign("bank-b", new Rejected
            {
                Consortium = Attempt.Consortium,
                Session = Session,
                SubjectType = MessageType.SessionPlan,
                SubjectDigest = Plan.Digest,
                Reason = RejectionReason.NotAllowed,
                Detail = "policy allows logistic regression only",
            }),
            _consortium.Sign(
                "bank-b", new CatchUpRequested { Consortium = Attempt.Consortium, Session = Session, From = new RoundNumber(2) }),
            _consortium.Sign("aggregator", new SessionStatusReported
            {
                Attempt = Attempt,
                Phase = RoundPhase.Collecting,
                Condition = SessionCondition.Running,
                ControlSequence = 2,
                Waiting = [new PartyId("bank-c")],
                At = 1_700_000_030_000,
            }),
            Recorded(closed, "holder-a", "holder-b"),
            Disputed("bank-a", closed, new DisputedPlace(1, 17)),
            Dispute(closed, new DisputedPlace(1, 17), "bank-a", "bank-b", "bank-d"),
            OpeningProof("bank-a", "holder-a", closed, new DisputedPlace(1, 17)),
            ProveOpening("holder-a", "bank-a", closed, new DisputedPlace(1, 17)),
            _consortium.Sign("holder-a", new OpeningProofJudged
            {
                Attempt = Attempt,
                CohortDigest = cohort,
                Place = new DisputedPlace(1, 17),
                Bank = new PartyId("bank-a"),
                OpeningProofDigest = OpeningProof("bank-a", "holder-a", closed, new DisputedPlace(1, 17)).Digest,
                Holds = false,
                Detail = "its values are out of range",
            }),
        ];
    }
}
