using Consortium.Cryptography.Proofs;
using Consortium.Operator.Sessions;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;
using Consortium.Testing;
using Consortium.Testing.Scripted;

namespace Consortium.Operator.Tests.Sessions;

/// <summary>What the operator makes of messages: who diverged, what a session came to, how long a round took.</summary>
public sealed class SessionLogTests : IDisposable
{
    private readonly ConsortiumFolder _folder =
        new(["bank-a", "bank-b", "bank-c", "bank-d", "bank-e"], ["holder-a", "holder-b", "holder-c"]);
    private readonly SessionPlan _plan;
    private readonly SessionLog _log;
    private long _position;

    public SessionLogTests()
    {
        _plan = new ScriptedModel(100, 1000).Plan(_folder.Configuration.Digest, _folder.Banks, rounds: 3);
        Signed<SessionPlan> signed = _folder.Sign(Operator, _plan);
        _log = new SessionLog(new SessionId(signed.Digest));
        Receive(signed);
    }

    private PartyId Operator => _folder.Configuration.Operator.Id;

    private static DisputedPlace Place => new(1, 17);

    private Signed<Cohort> Cohort => field ??= _folder.Sign(Aggregator, new Cohort
    {
        Attempt = Attempt(2),
        StartedFrom = State(1),
        Shape = new UpdateShape(100, 1000, 2),
        Members = [.. _folder.Banks.Select(bank => new CohortMember(bank, default))],
        SumRoot = default,
    });

    private PartyId Aggregator => _folder.Configuration.Aggregator.Id;

    [Fact]
    public void Outcome_BeforeAnAnswer_IsSent() => Assert.Equal(OutcomeKind.Sent, _log.Outcome(Aggregator).Kind);

    [Fact]
    public void Diverged_BankThatReachedAnotherState_IsNamedAndTheSessionGoesOn()
    {
        Open(round: 1, at: 1_000);
        foreach (PartyId bank in _folder.Banks)
        {
            Advance(bank, round: 1, state: bank.Name == "bank-d" ? 9 : 1);
        }

        Open(round: 2, at: 4_500);

        (PartyId diverged, RoundNumber round, StateDigest own, StateDigest others) = Assert.Single(_log.Diverged());
        Assert.Equal(("bank-d", 1, State(9), State(1)), (diverged.Name, round.Value, own, others));
        Assert.Equal(OutcomeKind.Running, _log.Outcome(Aggregator).Kind);
        Assert.Equal(3.5, _log.Seconds(_log.Rounds.First()));
        Assert.Equal(["bank-d"], RoundView.Of(_log, _log.Rounds.First()).Diverged);
    }

    [Fact]
    public void Diverged_NoMajority_NamesNobody()
    {
        Advance(new PartyId("bank-a"), round: 1, state: 1);
        Advance(new PartyId("bank-b"), round: 1, state: 2);

        Assert.Empty(_log.Diverged());
    }

    [Theory]
    [InlineData(3, false, 2, "Running")]
    [InlineData(3, false, 3, "Completed")]
    [InlineData(2, true, 3, "Completed")]
    [InlineData(2, false, 5, "Running")]
    public void Outcome_MostBanksAtTheEnd_IsCompleted(int round, bool isFinal, int banks, string expected)
    {
        Open(round, at: 1_000);
        foreach (PartyId bank in _folder.Banks.Take(banks))
        {
            Advance(bank, round, state: 7, isFinal);
        }

        SessionOutcome outcome = _log.Outcome(Aggregator);
        Assert.Equal(expected, outcome.Kind.ToString());
        Assert.Equal(outcome.Kind == OutcomeKind.Completed ? State(7) : null, outcome.State);
    }

    [Theory]
    [InlineData(true, 4, 1, "Completed", "after 2 rounds, adopted by 4 of 5 votes")]
    [InlineData(false, 1, 4, "Declined", "after 2 rounds the model was not adopted: 1 of 5 votes")]
    public void Outcome_BanksVotedOnTheModel_SaysHowMany(
        bool isAdopted, int accepting, int rejecting, string expected, string detail)
    {
        var vote = new VoteTally(isAdopted, accepting, rejecting, 0, 0);
        Open(round: 2, at: 1_000);
        foreach (PartyId bank in _folder.Banks)
        {
            // a bank alone says otherwise
            Advance(bank, round: 2, state: 7, isFinal: true, bank.Name == "bank-d" ? vote with { IsAdopted = !isAdopted } : vote);
        }

        SessionOutcome outcome = _log.Outcome(Aggregator);
        Assert.Equal((expected, detail, vote), (outcome.Kind.ToString(), outcome.Detail, outcome.Vote));
        Assert.Equal(isAdopted ? State(7) : null, outcome.State);
        Assert.True(outcome.IsOver);
    }

    [Theory]
    [InlineData(5, 0, "0 of 0 votes, 5 abstained. Too few banks voted")]
    [InlineData(4, 1, "0 of 0 votes, 4 abstained, 1 void")]
    public void Outcome_NoVoteCounts_SaysWhy(int abstaining, int without, string why)
    {
        Open(round: 2, at: 1_000);
        foreach (PartyId bank in _folder.Banks)
        {
            Advance(bank, round: 2, state: 7, isFinal: true, new VoteTally(false, 0, 0, abstaining, without));
        }

        Assert.Contains(why, _log.Outcome(Aggregator).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Outcome_PartiesRejectForOneReason_SaysTheReasonOnce()
    {
        foreach ((string party, string detail) in ((string, string)[])
            [("holder-a", "not over"), ("bank-c", "too many rounds"), ("holder-b", "not over")])
        {
            Receive(_folder.Sign(new PartyId(party), new Rejected
            {
                Consortium = _folder.Configuration.Digest,
                Session = _log.Session,
                SubjectType = MessageType.SessionPlan,
                SubjectDigest = _folder.Sign(Operator, _plan).Digest,
                Reason = RejectionReason.NotAllowed,
                Detail = detail,
            }));
        }

        SessionOutcome outcome = _log.Outcome(Aggregator);
        Assert.Equal(OutcomeKind.Rejected, outcome.Kind);
        Assert.Equal("holder-a, holder-b rejected: not over; bank-c rejected: too many rounds", outcome.Detail);
    }

    [Fact]
    public void Outcome_NoAttemptsLeft_SaysWhoWasMissing()
    {
        Open(round: 2, at: 1_000);
        Receive(_folder.Sign(Aggregator, new AttemptAbandoned
        {
            Attempt = Attempt(2),
            Reason = AbandonmentReason.TooFewUpdates,
            Missing = [new PartyId("bank-c"), new PartyId("bank-e")],
            Detail = "2 of 3 updates by the deadline",
        }));
        Stand(SessionCondition.Stalled, round: 2);

        SessionOutcome outcome = _log.Outcome(Aggregator);
        Assert.Equal((OutcomeKind.Stalled, true), (outcome.Kind, outcome.IsOver));
        Assert.Contains("bank-c, bank-e", outcome.Detail);
    }

    [Theory]
    [InlineData(CohortRule.Fixed, 1, "Rejected")]
    [InlineData(CohortRule.Changing, 2, "Running")]
    [InlineData(CohortRule.Changing, 3, "Rejected")]
    public void Outcome_BanksReject_EndsWhatCannotDoWithoutThem(CohortRule cohort, int banks, string expected)
    {
        Signed<SessionPlan> plan = _folder.Sign(Operator, _plan with { Cohort = cohort });
        var log = new SessionLog(new SessionId(plan.Digest));
        log.Add(1, 1, plan);
        log.Add(2, 2, Status(SessionCondition.Running, Attempt(1) with { Session = log.Session }));
        foreach (PartyId bank in _folder.Banks.Take(banks))
        {
            log.Add(3, 3, _folder.Sign(bank, new Rejected
            {
                Consortium = _folder.Configuration.Digest,
                Session = log.Session,
                SubjectType = MessageType.SessionPlan,
                SubjectDigest = plan.Digest,
                Reason = RejectionReason.NotAllowed,
                Detail = "not here",
            }));
        }

        Assert.Equal(expected, log.Outcome(Aggregator).Kind.ToString());
    }

    [Fact]
    public void Outcome_KeyHoldersFindThatABankDoesNotAccount_IsOverAndNamesIt()
    {
        Dispute();
        Judge("holder-a", "bank-c", holds: false);
        Assert.Equal((OutcomeKind.Running, false), (_log.Outcome(Aggregator).Kind, _log.Outcome(Aggregator).IsOver));
        Judge("holder-b", "bank-c", holds: false);

        SessionOutcome outcome = _log.Outcome(Aggregator);
        Assert.Equal((OutcomeKind.Spoiled, true), (outcome.Kind, outcome.IsOver));
        Assert.Equal(
            "round 2 never opens, at coefficient 17 of chunk 1: bank-c does not prove its opening, say holder-a, holder-b: "
                + "out of range. Start a session without bank-c",
            outcome.Detail);
        RoundView round = RoundView.Of(_log, _log.Rounds.Last());
        Assert.Equal(
            ("coefficient 17 of chunk 1", "named"),
            (round.Disputed, round.OpeningProofs.Single(proof => proof.Bank == "bank-c").Status));
    }

    [Fact]
    public void Outcome_BankSaysNothing_GoesOnAndShowsWhoHasNotAccounted()
    {
        Dispute();
        foreach (string bank in (string[])["bank-a", "bank-b", "bank-d", "bank-e"])
        {
            Judge("holder-a", bank, holds: true);
            Judge("holder-b", bank, holds: true);
        }

        SessionOutcome outcome = _log.Outcome(Aggregator);
        Assert.False(outcome.IsOver);
        Assert.Contains("bank-a proves its opening, say holder-a, holder-b", outcome.Detail, StringComparison.Ordinal);
        Assert.Contains("bank-c has not proved its opening", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Outcome_EveryBankIsCleared_PointsAtWhoElseItCanBe()
    {
        Dispute();
        foreach (PartyId bank in _folder.Banks)
        {
            Judge("holder-a", bank.Name, holds: true);
            Judge("holder-b", bank.Name, holds: true);
        }

        SessionOutcome outcome = _log.Outcome(Aggregator);
        Assert.Equal(OutcomeKind.Spoiled, outcome.Kind);
        Assert.Contains("a key holder's share-sum or the aggregator's sum is wrong", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Accounts_OneKeyHolderAgainstTheOthers_NameNobodyAndShowBoth()
    {
        Dispute();
        Judge("holder-a", "bank-c", holds: true);
        Judge("holder-b", "bank-c", holds: false);
        Judge("holder-c", "bank-c", holds: true);

        OpeningProofStatus status = _log.Rounds.Last().OpeningProofs.Single(proof => proof.Bank.Name == "bank-c");
        Assert.Equal((false, false), (status.IsNamed, status.IsCleared));
        Assert.Contains("the bank or one of these key holders is dishonest", status.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("does not prove its opening, say holder-b", status.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static StateDigest State(int number) => new(Digest.Of([(byte)number]));

    private void Open(int round, long at) => Receive(_folder.Sign(Aggregator, new RoundOpened
    {
        Attempt = Attempt(round),
        StartsFrom = State(round - 1),
        Deadline = at + (_plan.UpdateSeconds * 1000L),
        SessionKeys = [],
    }));

    /// <summary>Round 2 is released by two key holders, and does not open for three of five banks.</summary>
    [Fact]
    public void Outcome_MostBanksFindAnotherSum_IsSpoiledByTheAggregator()
    {
        Open(round: 2, at: 1_000);
        Record();
        Reject("bank-a");
        Assert.Equal(OutcomeKind.Running, _log.Outcome(Aggregator).Kind);

        foreach (PartyId bank in _folder.Banks.Skip(1))
        {
            Reject(bank.Name);
        }

        SessionOutcome outcome = _log.Outcome(Aggregator);
        Assert.Equal((OutcomeKind.Spoiled, true), (outcome.Kind, outcome.IsOver));
        Assert.Contains("find that the aggregator passes off another sum", outcome.Detail, StringComparison.Ordinal);

        void Reject(string bank) => Receive(_folder.Sign(
            new PartyId(bank),
            Rejected.For(
                _folder.Configuration.Digest, _log.Session, MessageType.Cohort, Cohort.Digest,
                new(RejectionReason.WrongSum, "the tags do not add up"))));
    }

    private void Record()
    {
        Receive(new RoundRecorded
        {
            Cohort = Cohort,
            Approvals = [],
            ShareSums =
            [
                .. _folder.Configuration.KeyHolders.Take(2).Select(
                    holder => _folder.Sign(
                        holder.Id,
                        new ShareSumManifest
                        {
                            Attempt = Attempt(2),
                            CohortDigest = new CohortDigest(Cohort.Digest),
                            SealedSumDigests = [],
                        })),
            ],
        });
    }

    private void Dispute()
    {
        Open(round: 2, at: 1_000);
        Record();
        Receive(new DisputeRelayed
        {
            Cohort = Cohort,
            Disputes =
            [
                .. _folder.Banks.Take(3).Select(
                    bank => _folder.Sign(
                        bank,
                        new SumDisputed { Attempt = Attempt(2), CohortDigest = new CohortDigest(Cohort.Digest), Place = Place })),
            ],
        });
    }

    private void Judge(string holder, string bank, bool holds) => Receive(_folder.Sign(new PartyId(holder), new OpeningProofJudged
    {
        Attempt = Attempt(2),
        CohortDigest = new CohortDigest(Cohort.Digest),
        Place = Place,
        Bank = new PartyId(bank),
        OpeningProofDigest = default,
        Holds = holds,
        Detail = holds ? string.Empty : "out of range",
    }));

    private void Advance(PartyId bank, int round, int state, bool isFinal = false, VoteTally? vote = null) =>
        Receive(_folder.Sign(bank, new ModelAdvanced
        {
            Attempt = Attempt(round),
            CohortDigest = default,
            State = State(state),
            IsFinal = isFinal,
            Vote = vote,
        }));

    private void Stand(SessionCondition condition, int round) => Receive(Status(condition, Attempt(round)));

    private Signed<SessionStatusReported> Status(SessionCondition condition, AttemptId attempt, params PartyId[] waiting) =>
        _folder.Sign(Aggregator, new SessionStatusReported
        {
            Attempt = attempt,
            Phase = RoundPhase.Collecting,
            Condition = condition,
            ControlSequence = 0,
            Waiting = [.. waiting],
            At = 5_000,
        });

    private AttemptId Attempt(int round) =>
        new(_folder.Configuration.Digest, _log.Session, new RoundNumber(round), AttemptNumber.First);

    private void Receive(Message message) => _log.Add(++_position, _position, message);
}
