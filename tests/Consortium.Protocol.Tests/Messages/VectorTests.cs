using System.Globalization;
using System.Text;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Proofs;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Tests.Messages;

/// <summary>
/// The canonical bytes of one of each statement and message, as they are checked in. A difference is a wire change: raise the
/// version, and write new vectors with CONSORTIUM_WRITE_VECTORS=PATH, the path of vectors.txt beside this source.
/// </summary>
public sealed class VectorTests
{
    private static readonly AttemptId Attempt =
        new(new ConsortiumDigest(Named("consortium")), new SessionId(Named("session")), new RoundNumber(3), new AttemptNumber(2));

    private static string File => Path.Combine(AppContext.BaseDirectory, "Messages", "vectors.txt");

    [Fact]
    public void Encode_OneOfEach_GivesTheCheckedInBytes()
    {
        string actual = string.Join('\n', Vectors()) + "\n";
        if (Environment.GetEnvironmentVariable("CONSORTIUM_WRITE_VECTORS") is string path)
        {
            System.IO.File.WriteAllText(path, actual);
        }

        Assert.Equal(System.IO.File.ReadAllText(File), actual);
    }

    [Fact]
    public void Vectors_CoverEveryType() =>
        Assert.Equal(Enum.GetNames<MessageType>().Order(), Vectors().Select(line => line.Split(' ')[1]).Distinct().Order());

    /// <summary>
    /// Statements as the bytes that are signed; messages, whose signatures are zeros here, by length and SHA-256.
    /// </summary>
    private static IEnumerable<string> Vectors()
    {
        var manifest = new UpdateManifest
        {
            Attempt = Attempt,
            StartedFrom = new StateDigest(Named("state")),
            Shape = new UpdateShape(50_000, 65_536, 3),
            ChunksRoot = DigestList.Root([Named("chunk 0"), Named("chunk 1"), Named("chunk 2")]),
            SessionKeys = [Named("key a"), default],
            BallotKeys = [Named("ballot key a"), default],
            SealedShareDigests = [Named("share a"), Named("share b")],
            SharingProof = Named("proof").ToArray(),
        };
        Signed<UpdateManifest> signedManifest = Unsigned("bank-a", manifest);
        var cohort = new Cohort
        {
            Attempt = Attempt,
            StartedFrom = manifest.StartedFrom,
            Shape = manifest.Shape,
            Members =
            [
                new CohortMember(new PartyId("bank-a"), Named("manifest a")),
                new CohortMember(new PartyId("bank-b"), Named("manifest b")),
            ],
            SumRoot = Named("sum"),
        };
        Signed<Cohort> signedCohort = Unsigned("aggregator", cohort);
        Signed<UpdateTag> tag = Unsigned("bank-a", new UpdateTag
        {
            Attempt = Attempt,
            CohortDigest = new CohortDigest(Named("cohort")),
            Tag = SymbolicTag.Of(Named("manifest a"), Named("cohort")),
        });
        Signed<CohortApproval> approval = Unsigned("holder-a", new CohortApproval
        {
            Attempt = Attempt,
            CohortDigest = new CohortDigest(Named("cohort")),
            Sequence = 7,
            PreviousDigest = Named("previous"),
        });
        Signed<ShareSumManifest> shareSum = Unsigned("holder-a", new ShareSumManifest
        {
            Attempt = Attempt,
            CohortDigest = new CohortDigest(Named("cohort")),
            SealedSumDigests = [Named("sealed sum a"), Named("sealed sum b")],
        });
        Signed<SumDisputed> disputed = Unsigned(
            "bank-a",
            new SumDisputed
            {
                Attempt = Attempt,
                CohortDigest = new CohortDigest(Named("cohort")),
                Place = new DisputedPlace(DisputedPlace.KeySum, 17),
            });
        Signed<OpeningProofManifest> account = Unsigned("bank-a", new OpeningProofManifest
        {
            Attempt = Attempt,
            CohortDigest = new CohortDigest(Named("cohort")),
            Place = new DisputedPlace(1, 4095),
            SealedShareDigests = [Named("account a"), Named("account b")],
            Proof = Bytes("proof"),
        });
        return
        [
            Statement(Unsigned("operator", new SessionPlan
            {
                Consortium = Attempt.Consortium,
                Name = "Spring \u00e9",
                Workload = "training",
                Parameters = new byte[] { 1, 2, 3 },
                InitialState = manifest.StartedFrom,
                Rounds = 100,
                Participants = [new PartyId("bank-a"), new PartyId("bank-b"), new PartyId("bank-c")],
                Cohort = CohortRule.Changing,
                MinimumCohort = 3,
                MaximumAttempts = 5,
                MaximumValues = 1_000_000,
                UpdateSeconds = 60,
                Window = new DataWindow(new DateOnly(2000, 1, 1), new DateOnly(2023, 12, 31)),
                CreatedAt = 1_700_000_000_000,
            })),
            Statement(Unsigned("operator", new SessionControl
            {
                Consortium = Attempt.Consortium,
                Session = Attempt.Session,
                Sequence = 4,
                Action = SessionAction.Abort,
                Reason = "over",
            })),
            Statement(
                Unsigned(
                    "aggregator",
                    new RoundOpened
                    {
                        Attempt = Attempt,
                        StartsFrom = manifest.StartedFrom,
                        Deadline = 1_700_000_060_000,
                        SessionKeys = manifest.SessionKeys,
                    })),
            Statement(Unsigned("holder-a", new SessionKeyOffered
            {
                Consortium = Attempt.Consortium,
                Session = Attempt.Session,
                Key = SeededKey(),
            })),
            Statement(Unsigned("bank-a", new SecretAgreed
            {
                Consortium = Attempt.Consortium,
                Session = Attempt.Session,
                Holder = new PartyId("holder-a"),
                Agreement = new byte[SessionSecret.AgreementLength],
            })),
            Statement(Unsigned("holder-a", new BallotKeyRevealed
            {
                Attempt = Attempt,
                Ballot = Named("ballot"),
                Key = Named("ballot key").ToArray(),
                Sealed = Bytes("sealed ballot share"),
            })),
            Statement(Unsigned("holder-a", new LateSumsSealed
            {
                Consortium = Attempt.Consortium,
                Session = Attempt.Session,
                Bank = new PartyId("bank-a"),
                Round = 2,
                Sealed = new byte[LateSumsSealed.SealedLength],
            })),
            Statement(Unsigned(
                "aggregator", new SessionEnded { Consortium = Attempt.Consortium, Session = Attempt.Session })),
            Statement(signedManifest),
            Statement(signedCohort),
            Statement(tag),
            Statement(approval),
            Statement(shareSum),
            Statement(
                Unsigned(
                    "bank-a",
                    new ModelAdvanced
                    {
                        Attempt = Attempt,
                        CohortDigest = new CohortDigest(Named("cohort")),
                        State = manifest.StartedFrom,
                        IsFinal = true,
                    })),
            Statement(Unsigned("bank-a", new ModelAdvanced
            {
                Attempt = Attempt,
                CohortDigest = new CohortDigest(Named("cohort")),
                State = manifest.StartedFrom,
                IsFinal = true,
                Vote = new VoteTally(true, 3, 1, 1, 1),
            })),
            Statement(Unsigned("aggregator", new AttemptAbandoned
            {
                Attempt = Attempt,
                Reason = AbandonmentReason.TooFewUpdates,
                Missing = [new PartyId("bank-b"), new PartyId("bank-c")],
                Detail = "1 of 3 updates",
            })),
            Statement(Unsigned("bank-b", new Rejected
            {
                Consortium = Attempt.Consortium,
                Session = Attempt.Session,
                SubjectType = MessageType.CohortClosed,
                SubjectDigest = Named("cohort"),
                Reason = RejectionReason.Spoiled,
                Detail = "noise",
            })),
            Statement(
                Unsigned(
                    "bank-b",
                    new CatchUpRequested
                    {
                        Consortium = Attempt.Consortium,
                        Session = Attempt.Session,
                        From = new RoundNumber(2),
                    })),
            Statement(Unsigned("aggregator", new SessionStatusReported
            {
                Attempt = Attempt,
                Phase = RoundPhase.Releasing,
                Condition = SessionCondition.Paused,
                ControlSequence = 4,
                Waiting = [new PartyId("holder-b")],
                At = 1_700_000_030_000,
            })),
            Whole(new UpdateSubmitted
            {
                Manifest = signedManifest,
                ChunkDigests = [Named("chunk 0"), Named("chunk 1"), Named("chunk 2")],
                SealedShares = [Bytes("share a"), Bytes("share b")],
            }),
            Whole(new CohortClosed { Cohort = signedCohort, Manifests = [signedManifest], SealedShares = [Bytes("share a")] }),
            Whole(new ApprovalsRelayed { Approvals = [approval] }),
            Whole(new ShareSumReleased { Manifest = shareSum, SealedSums = [Bytes("sum a"), Bytes("sum b")] }),
            Whole(new AggregateReleased
            {
                Cohort = signedCohort,
                Approvals = [approval],
                ShareSums = [shareSum],
                SealedSums = [Bytes("sum a")],
                Tags = [tag],
                SumChunkDigests = [Named("sum chunk")],
            }),
            Whole(new RoundRecorded { Cohort = signedCohort, Approvals = [approval], ShareSums = [shareSum] }),
            Statement(disputed),
            Statement(account),
            Statement(Unsigned("holder-a", new OpeningProofJudged
            {
                Attempt = Attempt,
                CohortDigest = new CohortDigest(Named("cohort")),
                Place = disputed.Statement.Place,
                Bank = new PartyId("bank-a"),
                OpeningProofDigest = Named("account"),
                Holds = false,
                Detail = "out of range",
            })),
            Whole(new DisputeRelayed { Cohort = signedCohort, Disputes = [disputed] }),
            Whole(new OpeningProofSubmitted
            {
                Manifest = account,
                Holder = new PartyId("holder-a"),
                SealedShare = Bytes("account a"),
            }),
            Whole(new OpeningProofRelayed
            {
                Dispute = new DisputeRelayed { Cohort = signedCohort, Disputes = [disputed] },
                OpeningProof = account,
                SealedShare = Bytes("account a"),
                Update = signedManifest,
                SealedKeyShare = Bytes("share a"),
                ChunkDigests = [Named("chunk 0"), Named("chunk 1"), Named("chunk 2")],
                Chunk = Bytes("chunk 1"),
            }),
        ];
    }

    private static string Statement<T>(Signed<T> signed)
        where T : class, IStatement<T> =>
        $"signed {T.Type} {Convert.ToHexStringLower(Signed<T>.SignedBytes(signed.Sender, signed.Statement))}";

    private static string Whole(Message message)
    {
        byte[] bytes = MessageCodec.Encode(message);
        return string.Create(CultureInfo.InvariantCulture, $"message {message.Type} {bytes.Length} {Digest.Of(bytes)}");
    }

    private static Signed<T> Unsigned<T>(string sender, T statement)
        where T : class, IStatement<T> => Signed<T>.Unchecked(new PartyId(sender), statement);

    private static Digest Named(string name) => Digest.Of(Encoding.ASCII.GetBytes(name));

    private static PublicSessionKey SeededKey()
    {
        byte[] seeds = new byte[SessionReceivingKey.SeedsLength];
        seeds.AsSpan().Fill(7);
        using SessionReceivingKey key = SessionReceivingKey.Restore(seeds);
        return key.Public;
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
