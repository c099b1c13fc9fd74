using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Releases;
using Consortium.Protocol.Rounds;
using Consortium.Protocol.Sessions;

namespace Consortium.Protocol.Tests.Simulation;

/// <summary>
/// A whole session in one object: the real state machines of every honest party, a network that loses, doubles and reorders,
/// crashes between saving and sending, and an adversary. Cryptography is symbolic: who said what is known, and so is what each
/// digest stands for. This part runs the honest parties; the others hold the adversary and the promises.
/// </summary>
internal sealed partial class World
{
    private static readonly PartyId Aggregator = new("aggregator");
    private static readonly PartyId Operator = new("operator");

    private readonly Scenario _scenario;
    private readonly Choices _choices;
    private readonly ConsortiumConfiguration _configuration;
    private readonly Signed<SessionPlan> _plan;
    private readonly List<Envelope> _network = [];
    private readonly Dictionary<PartyId, ParticipantSession> _banks = [];
    private readonly Dictionary<PartyId, KeyHolderSession> _holders = [];
    private readonly Dictionary<PartyId, List<KeyHolderSession>> _backups = [];
    private readonly HashSet<(PartyId Holder, Digest Cohort)> _shares = [];
    private readonly Dictionary<int, RoundRecorded> _recorded = [];
    private readonly Dictionary<(PartyId Bank, int Round), AggregateReleased> _sumsOf = [];
    private readonly List<string>? _trace;
    private AggregatorSession? _aggregator;
    private long _now;
    private int _controls;
    private int _nonce;
    private bool _stalled;
    private bool _effectsAreLost;

    public World(Scenario scenario, Choices choices, List<string>? trace = null)
    {
        _scenario = scenario;
        _choices = choices;
        _trace = trace;
        _configuration = scenario.Configuration;
        _plan = Signed<SessionPlan>.Unchecked(Operator, new SessionPlan
        {
            Consortium = _configuration.Digest,
            Name = "Simulated",
            Workload = "any",
            Parameters = ReadOnlyMemory<byte>.Empty,
            InitialState = new StateDigest(Digest.Of("initial"u8)),
            Rounds = scenario.Rounds,
            Participants = [.. _configuration.Participants.Select(member => member.Id)],
            Cohort = scenario.Rule,
            MinimumCohort = scenario.Bug == PlantedBug.NoMinimum ? 1 : 3,
            MaximumAttempts = 3,
            MaximumValues = 10,
            UpdateSeconds = 60,
            Window = new DataWindow(new DateOnly(2000, 1, 1), new DateOnly(2023, 12, 31)),
            CreatedAt = 0,
        });
        var plan = new Authentic<Signed<SessionPlan>>(_plan);
        foreach (Member bank in _configuration.Participants)
        {
            _banks.Add(bank.Id, ParticipantSession.Join(bank.Id, plan));
        }

        foreach (Member holder in _configuration.KeyHolders.Skip(scenario.DishonestHolders))
        {
            var session = KeyHolderSession.Join(
                holder.Id, new CommitteeStrength(scenario.KeyHolders, scenario.Threshold), plan, Offer(holder.Id).Digest);
            _holders.Add(holder.Id, session);
            _backups.Add(holder.Id, [session]);
        }

        if (!scenario.DishonestAggregator)
        {
            (_aggregator, ImmutableArray<AggregatorEffect> effects) = AggregatorSession.Start(_configuration, plan, _now);
            Do([.. effects.Where(effect => effect is not AggregatorEffect.SendPlan)]); // all have it
            foreach (Member holder in _configuration.KeyHolders)
            {
                Send(Aggregator, Offer(holder.Id));
            }
        }
        else
        {
            foreach (PartyId bank in _banks.Keys.ToArray())
            {
                _banks[bank] = _configuration.KeyHolders.Aggregate(
                    _banks[bank], (session, holder) => session.Learn(new(Offer(holder.Id))).State);
            }
        }
    }

    /// <summary>
    /// Lets the schedule play, then, where nobody stands in the way, everything settle; checks the promises throughout.
    /// </summary>
    public void Run()
    {
        while (_choices.NextStep())
        {
            Act();
        }

        Settle();
    }

    private void Act()
    {
        int action = _choices.Next(16);
        if (action < 11)
        {
            if (_scenario.DishonestAggregator && (_network.Count == 0 || _choices.Next(3) == 0))
            {
                int before = _network.Count;
                Attack();

                // The adversary is the network: mostly what it sends arrives at once.
                for (int sent = _choices.Next(4) > 0 ? _network.Count - before : 0; sent > 0; sent--)
                {
                    Deliver(before, keep: false);
                }
            }
            else if (_network.Count > 0)
            {
                Deliver(_choices.Next(_network.Count), keep: false);
            }
            else
            {
                Tick(11_000);
            }
        }
        else if (action == 11 && _network.Count > 0)
        {
            Deliver(_choices.Next(_network.Count), keep: true);
        }
        else if (action == 12 && _network.Count > 0)
        {
            int lost = _choices.Next(_network.Count);
            Trace($"lost {_network[lost]}");
            _network.RemoveAt(lost);
        }
        else if (action == 13 && _network.Count > 0)
        {
            _effectsAreLost = true;
            PartyId crashed = Deliver(_choices.Next(_network.Count), keep: false);
            _effectsAreLost = false;
            Restart(crashed);
        }
        else if (action == 14)
        {
            Tick(_choices.Next(2) == 0 ? 11_000 : 61_000);
        }
        else if (action == 15)
        {
            Disturb();
        }
    }

    private void Disturb()
    {
        int kind = _choices.Next(4);
        if (kind == 0)
        {
            SessionAction action = _choices.Next(2) == 0 ? SessionAction.Pause : SessionAction.Resume;
            SendControl(action);
        }
        else if (kind == 1 && _scenario.ForgetfulHolders > 0)
        {
            PartyId holder = Scenario.HolderId(_scenario.DishonestHolders + _choices.Next(_scenario.ForgetfulHolders));
            _holders[holder] = _backups[holder][_choices.Next(_backups[holder].Count)];
            Trace($"{holder} restored from a backup");
        }
        else if (kind == 2 && _scenario.DishonestBank)
        {
            Contradict(Scenario.BankId(0));
        }
        else if (_scenario.DishonestHolders > 0)
        {
            SpeakAsDishonestHolder();
        }
    }

    private void SendControl(SessionAction action)
    {
        var control = Say(Operator, new SessionControl
        {
            Consortium = _configuration.Digest,
            Session = new SessionId(_plan.Digest),
            Sequence = ++_controls,
            Action = action,
            Reason = string.Empty,
        });
        Trace($"operator says {action}");
        foreach (PartyId party in _banks.Keys.Concat(_holders.Keys).Append(Aggregator))
        {
            Send(party, control);
        }
    }

    private PartyId Deliver(int index, bool keep)
    {
        Envelope envelope = _network[index];
        if (!keep)
        {
            _network.RemoveAt(index);
        }

        Trace($"{(keep ? "doubled" : _effectsAreLost ? "crash after" : "delivered")} {envelope}");
        if (envelope.To == Aggregator)
        {
            DeliverToAggregator(envelope);
        }
        else if (_banks.TryGetValue(envelope.To, out ParticipantSession? bank))
        {
            DeliverToBank(bank, envelope.Message!);
        }
        else if (_holders.TryGetValue(envelope.To, out KeyHolderSession? holder))
        {
            DeliverToHolder(holder, envelope.Message!);
        }

        return envelope.To;
    }

    private void DeliverToAggregator(Envelope envelope)
    {
        if (_aggregator is not AggregatorSession session)
        {
            return;
        }

        (AggregatorSession State, ImmutableArray<AggregatorEffect> Effects)? step = envelope.Message switch
        {
            Signed<SessionKeyOffered> offered => Pair(session.Offer(new(offered), _now)),
            UpdateSubmitted update => Pair(session.Submit(new Authentic<UpdateSubmitted>(update))),
            Signed<UpdateTag> tag => Pair(session.Tag(new(tag))),
            Signed<CohortApproval> approval => Pair(session.Approve(new(approval))),
            ShareSumReleased release => Pair(session.Release(new(release))),
            Signed<ModelAdvanced> advanced => Pair(session.Advance(new(advanced), _now)),
            Signed<CatchUpRequested> request => Pair(session.CatchUp(new(request))),
            Signed<Rejected> rejected => Pair(session.ReceiveRejection(new(rejected), manifest: null, _now)),
            Signed<SessionControl> control => Pair(session.Control(new(control))),
            Signed<SumDisputed> disputed => Pair(session.Dispute(new(disputed))),
            OpeningProofSubmitted proof => Pair(session.Submit(new Authentic<OpeningProofSubmitted>(proof))),
            Signed<OpeningProofJudged> judged => Pair(session.Judge(new(judged))),
            null => Pair(session.Complete(envelope.Chunks!.Value.Bank, envelope.Chunks.Value.Manifest)),
            _ => null,
        };
        if (step is not null)
        {
            _aggregator = step.Value.State;
            Do(step.Value.Effects);
        }
    }

    private void DeliverToBank(ParticipantSession bank, Message message)
    {
        (ParticipantSession State, ImmutableArray<ParticipantEffect> Effects)? step = message switch
        {
            Signed<SessionKeyOffered> offered => Pair(bank.Learn(new(offered))),
            Signed<RoundOpened> opened when Admits(opened.Statement) => Pair(bank.Open(new(opened))),
            Signed<Cohort> cohort => Pair(bank.Close(new(cohort))),
            AggregateReleased aggregate when Admits(aggregate) => Pair(bank.Receive(new(aggregate), FreshLedger.Rules)),
            Signed<AttemptAbandoned> abandoned => Pair(bank.Abandon(new(abandoned))),
            Signed<SessionControl> control => Pair(bank.Control(new(control))),
            Signed<Rejected> rejected => Pair(bank.ReceiveRejection(new(rejected))),
            DisputeRelayed dispute => Pair(bank.RequestOpeningProof(new(dispute))),
            _ => null,
        };
        if (step is not null)
        {
            _banks[bank.Participant] = step.Value.State;
            Do(bank.Participant, step.Value.Effects);
        }
    }

    private void DeliverToHolder(KeyHolderSession holder, Message message)
    {
        if (message is CohortClosed closed)
        {
            _shares.Add((holder.Holder, closed.Digest));
            holder = WithPlantedBug(holder, closed);
        }

        if (message is OpeningProofRelayed relayed)
        {
            Judge(holder.Holder, relayed);
            return;
        }

        (KeyHolderSession State, ImmutableArray<KeyHolderEffect> Effects)? step = message switch
        {
            CohortClosed cohort when CohortConsistency.Of(cohort.Cohort.Statement, cohort.Manifests, _configuration) is null =>
                Pair(holder.Close(new(cohort), [], FreshLedger.Rules)),
            Signed<SessionPlan> => Pair(holder.OfferAgain()),
            Signed<SessionEnded> ended => Pair(holder.End(new(ended))),
            ApprovalsRelayed approvals => Pair(holder.Receive(new(approvals))),
            Signed<AttemptAbandoned> abandoned => Pair(holder.Abandon(new(abandoned))),
            Signed<SessionControl> control => Pair(holder.Control(new(control))),
            _ => null,
        };
        if (step is not null)
        {
            Save(step.Value.State);
            Do(holder.Holder, step.Value.Effects);
        }
    }

    private void Save(KeyHolderSession holder)
    {
        _holders[holder.Holder] = holder;
        if (_scenario.ForgetfulHolders > 0)
        {
            _backups[holder.Holder].Add(holder);
        }
    }

    /// <summary>A party reads its saved state back, and asks it what may not have been sent.</summary>
    private void Restart(PartyId party)
    {
        Trace($"{party} restarted");
        if (party == Aggregator && _aggregator is not null)
        {
            AggregatorStep(SessionState.DecodeAggregator(SessionState.Encode(_aggregator), _configuration).Restart([]));
        }
        else if (_banks.TryGetValue(party, out ParticipantSession? bank))
        {
            _banks[party] = SessionState.DecodeParticipant(SessionState.Encode(bank), party, _configuration);
            Do(party, _banks[party].Restart().Effects);
        }
        else if (_holders.TryGetValue(party, out KeyHolderSession? holder))
        {
            _holders[party] = SessionState.DecodeKeyHolder(SessionState.Encode(holder), party, _configuration);
            Do(party, _holders[party].Restart().Effects);
        }
    }

    private void Tick(long milliseconds)
    {
        _now += milliseconds;
        Trace($"time {_now / 1000} s");
        if (_aggregator is not null && _scenario.Bug != PlantedBug.NoReminders)
        {
            AggregatorStep(_aggregator.Tick(_now, []));
        }
    }

    private void AggregatorStep(Step<AggregatorSession, AggregatorEffect> step)
    {
        _aggregator = step.State;
        Do(step.Effects);
    }

    private void Do(ImmutableArray<AggregatorEffect> effects)
    {
        Keep(effects);
        if (_effectsAreLost)
        {
            return;
        }

        foreach (AggregatorEffect effect in effects)
        {
            switch (effect)
            {
                case AggregatorEffect.SendPlan plan:
                    foreach (PartyId holder in plan.To.Where(to => _configuration.IndexOfKeyHolder(to) >= 0))
                    {
                        if (IsDishonestHolder(holder))
                        {
                            Send(Aggregator, Offer(holder));
                        }
                        else
                        {
                            Send(holder, _plan);
                        }
                    }

                    break;
                case AggregatorEffect.SendSessionKeys send:
                    foreach (PartyId bank in send.To)
                    {
                        foreach (PartyId holder in _aggregator!.Keys.Keys)
                        {
                            Send(bank, Offer(holder));
                        }
                    }

                    break;
                case AggregatorEffect.EndSession end:
                    foreach (PartyId holder in end.To)
                    {
                        Send(holder, Say(Aggregator, new SessionEnded
                        {
                            Consortium = _configuration.Digest,
                            Session = new SessionId(_plan.Digest),
                        }));
                    }

                    break;
                case AggregatorEffect.OpenRound open:
                    var opened = Say(Aggregator, open.Opened);
                    foreach (PartyId bank in open.To.Where(_banks.ContainsKey))
                    {
                        Send(bank, opened);
                    }

                    break;
                case AggregatorEffect.SumUpdates sum:
                    AggregatorStep(_aggregator!.Summed(Sum(sum.WithoutSum, Bend.None), _now));
                    break;
                case AggregatorEffect.SendCohort cohort:
                    if (!_keptShares.Contains(cohort.Cohort.Statement.Attempt))
                    {
                        Broken(4, $"key holders are asked about {cohort.Cohort.Statement.Attempt}, whose key shares are erased");
                    }

                    foreach (PartyId holder in cohort.To)
                    {
                        SendCohort(holder, cohort.Cohort, ManifestsOf(cohort.Cohort.Statement));
                    }

                    break;
                case AggregatorEffect.AskForTags ask:
                    foreach (PartyId bank in ask.To)
                    {
                        Send(bank, ask.Cohort);
                    }

                    break;
                case AggregatorEffect.TagSum(var cohort):
                    AggregatorStep(_aggregator!.SumTagged(new CohortDigest(cohort.Digest), TagOfSum(cohort)));
                    break;
                case AggregatorEffect.CheckTags(var cohort):
                    AggregatorStep(_aggregator!.TagsChecked(new CohortDigest(cohort.Digest), RightTags(cohort), _now));
                    break;
                case AggregatorEffect.RelayApprovals relay:
                    foreach (PartyId holder in relay.To)
                    {
                        Send(holder, relay.Approvals);
                    }

                    break;
                case AggregatorEffect.SendAggregate aggregate:
                    foreach (PartyId bank in aggregate.To)
                    {
                        SendAggregate(bank, _recorded[_aggregator!.Round.Attempt.Round.Value]);
                    }

                    break;
                case AggregatorEffect.SendRetained retained:
                    for (int round = retained.From.Value; _recorded.TryGetValue(round, out RoundRecorded? recorded); round++)
                    {
                        SendAggregate(retained.To, recorded);
                    }

                    break;
                case AggregatorEffect.Abandon abandon:
                    var abandoned = Say(Aggregator, abandon.Abandoned);
                    foreach (PartyId party in _banks.Keys.Concat(_holders.Keys))
                    {
                        Send(party, abandoned);
                    }

                    break;
                case AggregatorEffect.Reject reject:
                    Send(reject.To, Say(Aggregator, reject.Rejected));
                    break;
                case AggregatorEffect.SendDispute dispute:
                    foreach (PartyId bank in dispute.To)
                    {
                        Send(bank, dispute.Dispute);
                    }

                    break;
                case AggregatorEffect.RelayOpeningProof relay:
                    Relay(relay);
                    break;
                case AggregatorEffect.ReportStalled:
                    _stalled = true;
                    break;
            }
        }
    }

    /// <summary>
    /// What a bank does beside its messages, from its state alone: opens a kept sum, prepares an update, proves an opening.
    /// </summary>
    private void Work(PartyId bank)
    {
        if (_sumsOf.Remove((bank, _banks[bank].RoundsDone + 1), out AggregateReleased? sum))
        {
            Step<ParticipantSession, ParticipantEffect> opening = _banks[bank].BeginOpening(new(sum), FreshLedger.Rules);
            _banks[bank] = opening.State;
            if (opening.Effects.OfType<ParticipantEffect.OpenSum>().Any())
            {
                OpenSum(bank, sum);
            }
            else
            {
                Do(bank, opening.Effects);
            }
        }

        if (_banks[bank].DueTag is { } cohort)
        {
            UpdateTag tag = Tag(cohort, SymbolicTag.Of(_banks[bank].Update!.Digest, cohort.Digest));
            Step<ParticipantSession, ParticipantEffect> tagged = _banks[bank].Tagged(tag);
            _banks[bank] = tagged.State;
            Do(bank, tagged.Effects);
        }

        if (_banks[bank].DueUpdate is AttemptId attempt)
        {
            bool changes = _scenario.Bug == PlantedBug.NewVectorEachAttempt;
            Digest vector = VectorOf(bank, attempt.Round, variant: changes ? attempt.Attempt.Value : 0);
            _banks[bank] = changes ? _banks[bank] with { VectorDigest = null } : _banks[bank];
            Step<ParticipantSession, ParticipantEffect> prepared = _banks[bank].Prepared(
                Update(bank, attempt, _banks[bank].State, vector), vector, FreshLedger.Rules, default);
            _banks[bank] = prepared.State;
            Do(bank, prepared.Effects);
        }

        if (_banks[bank].OpeningProofIsDue)
        {
            ProveOpening(bank);
        }
    }

    private void Do(PartyId bank, ImmutableArray<ParticipantEffect> effects)
    {
        foreach (ParticipantEffect.KeepSum keep in effects.OfType<ParticipantEffect.KeepSum>())
        {
            _sumsOf[(bank, keep.Aggregate.Cohort.Statement.Attempt.Round.Value)] = keep.Aggregate;
        }

        if (_effectsAreLost)
        {
            return;
        }

        foreach (ParticipantEffect effect in effects)
        {
            switch (effect)
            {
                case ParticipantEffect.Submit submit:
                    CheckSubmission(bank, submit.Update);
                    Publish(submit.Update);
                    break;
                case ParticipantEffect.SendTag(var statement):
                    Signed<UpdateTag> tag = Say(bank, statement);
                    Learn(tag);
                    Send(Aggregator, tag);
                    break;
                case ParticipantEffect.SendDispute dispute:
                    Send(Aggregator, Say(bank, dispute.Disputed));
                    break;
                case ParticipantEffect.SendOpeningProof:
                    foreach (OpeningProofSubmitted proof in _proofs[bank])
                    {
                        Send(Aggregator, proof);
                    }

                    break;
                case ParticipantEffect.SendAdvanced advanced:
                    Send(Aggregator, Say(bank, advanced.Advanced));
                    break;
                case ParticipantEffect.RequestCatchUp request:
                    Send(Aggregator, Say(bank, request.Request));
                    break;
                case ParticipantEffect.Reject reject:
                    Send(Aggregator, Say(bank, reject.Rejected));
                    break;
            }
        }

        Work(bank);
    }

    private void Do(PartyId holder, ImmutableArray<KeyHolderEffect> effects)
    {
        if (_effectsAreLost)
        {
            return;
        }

        foreach (KeyHolderEffect effect in effects)
        {
            switch (effect)
            {
                case KeyHolderEffect.SendApproval approve:
                    var approval = Say(holder, approve.Approval);
                    Learn(approval);
                    Send(Aggregator, approval);
                    break;
                case KeyHolderEffect.ReleaseShareSum release when _shares.Contains((holder, release.CohortDigest.Value)):
                    Step<KeyHolderSession, KeyHolderEffect> step = _holders[holder].Released(
                        ShareSum(holder, release.Attempt, release.CohortDigest, bent: false),
                        _cohorts[release.CohortDigest.Value].Cohort.Statement,
                        FreshLedger.Rules);
                    Save(step.State);
                    Do(holder, step.Effects);
                    break;
                case KeyHolderEffect.SendRelease send:
                    ShareSumReleased released = _scenario.Bug == PlantedBug.SealsAnew
                        ? ShareSum(
                            holder, send.Release.Manifest.Statement.Attempt, send.Release.Manifest.Statement.CohortDigest,
                            bent: false)
                        : send.Release;
                    CheckRelease(holder, released);
                    Learn(released);
                    Send(Aggregator, released);
                    break;
                case KeyHolderEffect.SendSessionKey:
                    Send(Aggregator, Offer(holder));
                    break;
                case KeyHolderEffect.DeleteShares delete:
                    _shares.RemoveWhere(
                        share => share.Holder == holder && _cohorts[share.Cohort].Cohort.Statement.Attempt == delete.Attempt);
                    break;
                case KeyHolderEffect.Reject reject:
                    Send(Aggregator, Say(holder, reject.Rejected));
                    break;
            }
        }
    }

    private static (TState, ImmutableArray<TEffect>) Pair<TState, TEffect>(Step<TState, TEffect> step) =>
        (step.State, step.Effects);

    private static Signed<T> Say<T>(PartyId sender, T statement)
        where T : class, IStatement<T> => Signed<T>.Unchecked(sender, statement);

    private void Send(PartyId to, Message message)
    {
        if (to != Aggregator || _aggregator is not null)
        {
            _network.Add(new Envelope(to, message, null));
        }
    }

    private void Trace(string line) => _trace?.Add(line);

    /// <summary>A message under way, or the news that all chunks of an update have arrived.</summary>
    private sealed record Envelope(PartyId To, Message? Message, (PartyId Bank, Digest Manifest)? Chunks)
    {
        public override string ToString() => Message is null
            ? $"chunks of '{Chunks!.Value.Bank}'"
            : $"{Message.Type} of '{Message.Sender}' to '{To}'"
                + (Message is CohortClosed closed
                    ? " with " + string.Join(' ', closed.Manifests.Select(m => m.Sender))
                    : null);
    }
}
