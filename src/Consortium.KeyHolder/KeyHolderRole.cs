using System.Collections.Immutable;
using Consortium.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Health;
using Consortium.Hosting.Journal;
using Consortium.Hosting.Secrets;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Releases;
using Consortium.Protocol.Sessions;
using Microsoft.Extensions.Logging;

namespace Consortium.KeyHolder;

/// <summary>
/// Decides on every frame in one transaction, which saves the ledger before it queues anything that follows from it.
/// </summary>
internal sealed partial class KeyHolderRole : IRole
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromHours(1);

    private readonly Party _party;
    private readonly ILogger _logger;
    private readonly DecodedSessions<KeyHolderSession> _sessions;
    private readonly SessionVault _vault;
    private readonly Shares _shares;
    private readonly OpeningProofs _openingProofs;
    private readonly MessageDispatch _dispatch;
    private volatile string _ledgerSummary = "no session yet";

    public KeyHolderRole(Party party)
    {
        _party = party;
        _logger = party.Loggers.CreateLogger<KeyHolderRole>();
        _sessions = new(encoded => SessionState.DecodeKeyHolder(encoded, party.Id, party.Configuration));
        _vault = new SessionVault(party);
        _shares = new Shares(party);
        _openingProofs = new OpeningProofs(party);
        _dispatch = new MessageDispatch(party)
            .On<Signed<SessionPlan>>(Join)
            .On<CohortClosed>(Close)
            .On(InSession<ApprovalsRelayed>((ledger, relayed) => ledger.Receive(relayed)))
            .On(InSession<Signed<AttemptAbandoned>>((ledger, abandoned) => ledger.Abandon(abandoned)))
            .On(InSession<Signed<SessionControl>>((ledger, control) => ledger.Control(control)))
            .On(InSession<Signed<SecretAgreed>>((ledger, agreed) => ledger.Agree(agreed)))
            .On(InSession<Signed<SessionEnded>>((ledger, ended) => ledger.End(ended)))
            .On<OpeningProofRelayed>(Judge)
            .On<Signed<Rejected>>(Report)
            .Complete();
    }

    public Task RestartAsync(CancellationToken cancellationToken) => _party.Journal.ActAsync(
        state =>
        {
            var outgoing = new List<OutgoingFrame>();
            foreach (SessionId session in SessionTable.All(state))
            {
                outgoing.AddRange(CarryOut(state, Find(state, session)!.Restart()).Outgoing);
            }

            return outgoing;
        },
        cancellationToken);

    public Task<Delivery> HandleAsync(Frame frame, CancellationToken cancellationToken) =>
        _dispatch.HandleAsync(frame, cancellationToken);

    /// <summary>Ends sessions of which nothing was heard for long: their keys are erased, whatever the aggregator says.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(BetweenLooks, _party.Time);
        do
        {
            try
            {
                await ExpireAsync(cancellationToken);
            }
            catch (IOException failure)
            {
                LogNotExpired(_logger, failure); // what is due stays due
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    internal Task ExpireAsync(CancellationToken cancellationToken) => _party.Journal.ActAsync(
        state =>
        {
            var outgoing = new List<OutgoingFrame>();
            foreach (SessionId session in _vault.Silent(state))
            {
                LogExpired(_logger, session);
                outgoing.AddRange(CarryOut(state, Find(state, session)!.Expire()).Outgoing);
            }

            return outgoing;
        },
        cancellationToken);

    public HealthItem Inspect() => new("ledger", true, _ledgerSummary);

    /// <summary>Has the session that a message is about decide on it.</summary>
    private Func<StateTransaction, Authentic<T>, Transition> InSession<T>(
        Func<KeyHolderSession, Authentic<T>, Step<KeyHolderSession, KeyHolderEffect>> decide)
        where T : Message =>
        (state, authentic) => Decide(state, authentic.Message.Session!.Value, ledger => decide(ledger, authentic));

    private Transition Join(StateTransaction state, Authentic<Signed<SessionPlan>> plan)
    {
        var session = new SessionId(plan.Message.Digest);
        if (Find(state, session) is { } known)
        {
            return CarryOut(state, known.OfferAgain());
        }

        IReadOnlyList<Problem> problems = PlanCheck.Problems(plan.Message.Statement, _party.Configuration);
        Rejection? rejection = problems.Count > 0
            ? new(RejectionReason.NotAllowed, string.Join(" ", problems))
            : _party.LedgerRules.Check(plan.Message.Statement, session);
        if (rejection is not null)
        {
            return CarryOut(state, session, RejectPlan(session, rejection));
        }

        var committee = new CommitteeStrength(_party.Configuration.KeyHolders.Length, _party.Configuration.Threshold);
        KeyHolderSession ledger = KeyHolderSession.Join(_party.Id, committee, plan, _vault.Offer(state, session).Digest);
        LogJoined(_logger, ledger.Session);
        return CarryOut(state, ledger.OfferAgain());
    }

    private Transition Close(StateTransaction state, Authentic<CohortClosed> closed)
    {
        Cohort cohort = closed.Message.Cohort.Statement;
        return Decide(state, cohort.Attempt.Session, ledger =>
        {
            using SessionSecrets? secrets = FindSecrets(
                state, cohort.Attempt.Session, closed.Message.Manifests.Zip(closed.Message.SealedShares));
            Step<KeyHolderSession, KeyHolderEffect> step = ledger.Close(
                closed, secrets is null ? [] : _shares.Wrong(closed.Message, secrets), _party.LedgerRules);
            if (step.State.Promise is { Release: null, IsWithdrawn: false } promise
                && promise.Approval.CohortDigest.Value == closed.Message.Cohort.Digest)
            {
                SharesTable.Keep(state, closed.Message);
                Advance(state, step.State, secrets!, cohort);
            }

            return step;
        });
    }

    /// <summary>
    /// Judging gives nothing away and changes no promise, so nothing is kept of it: whoever asks again gets the same verdict.
    /// </summary>
    private Transition Judge(StateTransaction state, Authentic<OpeningProofRelayed> relayed)
    {
        AttemptId attempt = relayed.Message.OpeningProof.Statement.Attempt;
        if (Find(state, attempt.Session) is not { } ledger)
        {
            return AskForPlan(state, attempt.Session);
        }

        if (CohortRules.Check(relayed.Message.Dispute.Cohort.Statement, ledger.Plan.Statement, ledger.Session, [])
            is Rejection rejection)
        {
            return new Transition(Delivery.Rejected($"{rejection.Reason}: {rejection.Detail}"), []);
        }

        using SessionSecrets? secrets = FindSecrets(
            state, attempt.Session, [(relayed.Message.Update, relayed.Message.SealedKeyShare)]);
        SessionSecret? secret = secrets?.With(relayed.Message.Update.Sender);
        if (secrets is null || secret?.Round > attempt.Round.Value
            || !relayed.Message.Update.Statement.SessionKeys.Contains(ledger.Key))
        {
            // Not a word against the bank: this key holder has no key for the round, or none any more.
            return new Transition(
                Delivery.Rejected($"{RejectionReason.WrongSessionKey}: this key holder has no key for {attempt}"), []);
        }

        OpeningProofJudged verdict = _openingProofs.Judge(
            relayed.Message, ledger.Plan.Statement, secret);
        if (verdict.Holds)
        {
            LogOpeningProofHolds(_logger, verdict.Bank, attempt);
        }
        else
        {
            LogOpeningProofFailed(_logger, verdict.Bank, attempt, verdict.Detail);
        }

        return new Transition(Delivery.Accepted, [_party.Outgoing(_party.Configuration.Aggregator.Id, _party.Sign(verdict))]);
    }

    private Transition Report(StateTransaction state, Authentic<Signed<Rejected>> rejected)
    {
        LogRejected(
            _logger, rejected.Message.Sender, rejected.Message.Statement.SubjectType, rejected.Message.Statement.Reason,
            rejected.Message.Statement.Detail);
        return new Transition(Delivery.Accepted, []);
    }

    /// <summary>What is said twice is answered twice: the ledger, not the memory of frames, makes that harmless.</summary>
    private Transition Decide(
        StateTransaction state, SessionId session, Func<KeyHolderSession, Step<KeyHolderSession, KeyHolderEffect>> rule) =>
        Find(state, session) is { } ledger ? CarryOut(state, rule(ledger)) : AskForPlan(state, session);

    /// <summary>Something of a session came before its plan did, or instead of it.</summary>
    private Transition AskForPlan(StateTransaction state, SessionId session) =>
        CarryOut(
            state, session,
            RejectPlan(session, new(RejectionReason.UnknownSession, $"this key holder has no plan of session {session}")));

    /// <summary>A session's identifier is its plan's digest.</summary>
    private KeyHolderEffect.Reject RejectPlan(SessionId session, Rejection rejection) =>
        new(Rejected.For(_party.Configuration.Digest, session, MessageType.SessionPlan, session.Value, rejection));

    private KeyHolderSession? Find(StateTransaction state, SessionId session) => _sessions.Find(state, session);

    private Transition CarryOut(StateTransaction state, Step<KeyHolderSession, KeyHolderEffect> step)
    {
        (KeyHolderSession ledger, ImmutableArray<KeyHolderEffect> effects) = step;
        _sessions.Save(state, ledger.Session, SessionState.Encode(ledger), ledger);
        _ledgerSummary = ledger.Halted
            ?? $"{ledger.Sequence} approvals, the last for {ledger.Promise?.Attempt.ToString() ?? "nothing yet"}";
        var outgoing = new List<OutgoingFrame>();
        Delivery delivery = Delivery.Accepted;
        foreach (KeyHolderEffect effect in effects)
        {
            Transition made = effect is KeyHolderEffect.ReleaseShareSum release
                ? Release(state, ledger, release.Attempt)
                : CarryOut(state, ledger.Session, effect);
            outgoing.AddRange(made.Outgoing);
            delivery = made.Delivery == Delivery.Accepted ? delivery : made.Delivery;
        }

        return new Transition(delivery, outgoing);
    }

    /// <summary>
    /// The session's secrets, with those that banks agreed in what they send now; null once they are erased.
    /// </summary>
    private SessionSecrets? FindSecrets(
        StateTransaction state, SessionId session,
        IEnumerable<(Signed<UpdateManifest> Manifest, ReadOnlyMemory<byte> SealedShare)> sent)
    {
        if (_vault.Load(state, session) is not { } secrets)
        {
            return null;
        }

        SessionReceivingKey? key = null;
        foreach ((Signed<UpdateManifest> manifest, ReadOnlyMemory<byte> sealedShare) in sent)
        {
            if (secrets.With(manifest.Sender) is null)
            {
                key ??= _vault.FindReceivingKey(state, session);
                secrets.Accept(
                    _party.Configuration.Find(manifest.Sender)!, SealedShare.AgreementOf(sealedShare.Span), key);
            }
        }

        key?.Dispose();
        return secrets;
    }

    /// <summary>Takes what a bank agreed; gives what opens the sums that it was sent before, if there are any.</summary>
    private Signed<LateSumsSealed>? Accept(StateTransaction state, SessionId session, PartyId bank, SecretAgreed agreed)
    {
        using SessionSecrets? secrets = _vault.Load(state, session);
        using SessionReceivingKey? key = _vault.FindReceivingKey(state, session);
        if (secrets?.Accept(_party.Configuration.Find(bank)!, agreed.Agreement.Span, key) is null)
        {
            return null;
        }

        _vault.Save(state, session, secrets);
        return secrets.SealLate(bank, _party.Configuration.Digest, session) is { } late ? _party.Sign(late) : null;
    }

    /// <summary>
    /// A round is begun: the keys of earlier rounds are erased, and the receiving key when every bank has agreed.
    /// </summary>
    private void Advance(StateTransaction state, KeyHolderSession session, SessionSecrets secrets, Cohort cohort)
    {
        foreach (PartyId member in cohort.Parties)
        {
            secrets.DropLate(member);
        }

        secrets.AdvanceTo(session.Promise!.Attempt.Round.Value);
        _vault.Save(state, session.Session, secrets);
        if (session.Plan.Statement.Participants.All(bank => secrets.With(bank) is not null))
        {
            _vault.EraseReceivingKey(state, session.Session);
        }
    }

    /// <summary>Null when the two have agreed no secret in an earlier round.</summary>
    private Signed<BallotKeyRevealed>? Reveal(
        StateTransaction state, SessionId session, KeyHolderEffect.RevealBallotKey reveal)
    {
        using SessionSecrets? secrets = _vault.Load(state, session);
        if (secrets?.With(reveal.Bank) is not { } secret)
        {
            return null;
        }

        byte[] key = new byte[BallotKey.Length];
        secret.Ballots.CopyTo(key);
        return _party.Sign(
            new BallotKeyRevealed { Attempt = reveal.Attempt, Ballot = reveal.Ballot, Key = key, Sealed = reveal.Sealed });
    }

    private Transition Release(StateTransaction state, KeyHolderSession session, AttemptId attempt)
    {
        CohortClosed closed = SharesTable.Find(state, attempt, _party.Configuration.Limits);
        using SessionSecrets secrets = _vault.Load(state, attempt.Session)!;
        ShareSumReleased release = _shares.Release(closed, session.Plan.Statement, secrets);
        _vault.Save(state, attempt.Session, secrets);
        return CarryOut(
            state,
            session.Released(
                release, closed.Cohort.Statement, _party.LedgerRules));
    }

    private Transition CarryOut(StateTransaction state, SessionId session, KeyHolderEffect effect)
    {
        PartyId aggregator = _party.Configuration.Aggregator.Id;
        Delivery delivery = Delivery.Accepted;
        Message? answer = null;
        switch (effect)
        {
            case KeyHolderEffect.SendApproval(var approval):
                answer = _party.Sign(approval);
                LogApproved(_logger, approval.Attempt, approval.CohortDigest);
                break;
            case KeyHolderEffect.SendRelease(var release):
                answer = release;
                LogReleased(_logger, release.Manifest.Statement.Attempt, release.Manifest.Statement.CohortDigest);
                break;
            case KeyHolderEffect.Record(var entry):
                _party.Ledger.Record(entry);
                LogRecorded(_logger, entry.Session, entry.Window);
                break;
            case KeyHolderEffect.SendSessionKey:
                answer = _vault.FindOffer(state, session, _party.Id);
                break;
            case KeyHolderEffect.AcceptSecret(var bank, var agreed):
                answer = Accept(state, session, bank, agreed);
                break;
            case KeyHolderEffect.RevealBallotKey reveal:
                answer = Reveal(state, session, reveal);
                break;
            case KeyHolderEffect.EraseSessionKeys:
                _vault.Erase(state, session);
                LogErased(_logger, session);
                break;
            case KeyHolderEffect.DeleteShares(var attempt):
                SharesTable.Delete(state, attempt);
                break;
            case KeyHolderEffect.Reject(var rejected):
                answer = _party.Sign(rejected);
                delivery = Party.Verdict(rejected);
                break;
            case KeyHolderEffect.Accuse(var first, var second):
                SharesTable.KeepEvidence(state, first, second);
                LogAccused(_logger, first.Sender, first.Statement.Attempt, second.Statement.Attempt);
                break;
            case KeyHolderEffect.Halt(var detail):
                LogHalted(_logger, detail);
                break;
            default:
                throw new InvalidOperationException($"No way to carry out {effect.GetType().Name} by itself.");
        }

        return new Transition(delivery, answer is null ? [] : [_party.Outgoing(aggregator, answer)]);
    }
}
