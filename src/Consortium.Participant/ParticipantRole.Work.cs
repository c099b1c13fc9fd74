using System.Collections.Immutable;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Health;
using Consortium.Hosting.Journal;
using Consortium.Hosting.Secrets;
using Consortium.Hosting.Storage;
using Consortium.Learning.Features;
using Consortium.Participant.Rounds;
using Consortium.Participant.Store;
using Consortium.Primitives;
using Consortium.Protocol;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Sessions;
using Consortium.Workloads;

namespace Consortium.Participant;

/// <content>What takes long, done beside the frames from what is saved: updates, openings, next states.</content>
internal sealed partial class ParticipantRole
{
    /// <summary>
    /// Does one piece of what is due, or puts it off when the disk fails: everything is done from what is saved.
    /// </summary>
    /// <returns>Whether there was anything to do.</returns>
    internal async Task<bool> TryWorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            bool worked = await WorkAsync(cancellationToken);
            _health = _beforeFailure ?? _health;
            _beforeFailure = null;
            return worked;
        }
        catch (IOException failure)
        {
            LogPutOff(_logger, failure);
            _beforeFailure ??= _health;
            _health = new HealthItem("training", false, failure.Message);
            return false;
        }
    }

    /// <summary>Does one piece of what is due.</summary>
    /// <returns>Whether there was anything to do.</returns>
    internal async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        await ExpireAsync(cancellationToken);
        bool worked = await _data.LookAsync(cancellationToken);
        foreach (SessionId session in await _party.Database.ReadAsync(SessionTable.All, cancellationToken))
        {
            worked |= await WorkAsync(session, cancellationToken);
            await AskIfQuietAsync(session, cancellationToken);
        }

        return worked;
    }

    /// <summary>Erases the keys of sessions of which nothing was heard for long.</summary>
    private async Task ExpireAsync(CancellationToken cancellationToken)
    {
        if (_expired is long last && _party.Time.GetElapsedTime(last) < BetweenExpiries)
        {
            return;
        }

        if (await _party.Database.ReadAsync(_vault.Silent, cancellationToken) is { Count: > 0 } silent)
        {
            await _party.Database.WriteAsync(
                state =>
                {
                    foreach (SessionId session in silent)
                    {
                        LogExpired(_logger, session);
                        _vault.Erase(state, session);
                    }

                    return true;
                },
                cancellationToken);
        }

        _expired = _party.Time.GetTimestamp();
    }

    private async Task<bool> WorkAsync(SessionId id, CancellationToken cancellationToken)
    {
        (ParticipantSession session, AggregateReleased? released) = await _party.Database.ReadAsync(
            state =>
            {
                ParticipantSession found = Find(state, id)!;
                return (found, TrainingTables.Aggregate(state, id, found.RoundsDone + 1, _party.Configuration.Limits));
            },
            cancellationToken);
        if (session.DueTag is { } cohort)
        {
            await TagAsync(session, cohort, cancellationToken);
            return true;
        }

        if (released is not null && await TryOpenAsync(session, released, cancellationToken))
        {
            return true;
        }

        if (session.OpeningProofIsDue)
        {
            await ProveOpeningAsync(session, cancellationToken);
            return true;
        }

        if (session.DueUpdate is not AttemptId attempt || _data.Batches == 0 || _work.IsStuck(id))
        {
            return false;
        }

        switch (await _work.PrepareAsync(session, attempt, cancellationToken))
        {
            case SessionWork.Prepared.Done prepared:
                using (prepared.Secrets)
                {
                    await _party.Journal.ActAsync(state => Submit(state, id, prepared), cancellationToken);
                }

                break;
            case SessionWork.Prepared.CannotBe(var detail):
                LogStuck(_logger, id, detail);
                _health = new HealthItem("training", false, detail);
                await _party.Journal.ActAsync(
                    _ => [Reject(id, MessageType.SessionPlan, session.Plan.Digest, RejectionReason.NotAllowed, detail)],
                    cancellationToken);
                break;
        }

        return true;
    }

    /// <summary>Makes this bank's tag under a closed cohort. Key holders approve meanwhile.</summary>
    private async Task TagAsync(ParticipantSession session, Signed<Cohort> cohort, CancellationToken cancellationToken)
    {
        UpdateTag? tag = await _work.TagAsync(session, cohort, cancellationToken);
        await _party.Journal.ActAsync(
            state =>
            {
                ParticipantSession now = Find(state, session.Session)!;
                if (tag is not null || now.CohortToTag?.Digest != cohort.Digest)
                {
                    return CarryOut(state, tag is null ? new(now, []) : now.Tagged(tag)).Outgoing;
                }

                LogLostUpdate(_logger, cohort.Statement.Attempt);
                return CarryOut(state, now.CannotTag()).Outgoing;
            },
            cancellationToken);
    }

    /// <summary>Asks for a session's state when nothing came for a while, and then ever more rarely.</summary>
    private async Task AskIfQuietAsync(SessionId id, CancellationToken cancellationToken)
    {
        (long since, TimeSpan patience) = _quiet.GetOrAdd(
            id, _ => (_party.Time.GetTimestamp(), 4 * TimeSpan.FromSeconds(_party.Configuration.Deadlines.HolderSeconds)));
        if (_party.Time.GetElapsedTime(since) >= patience)
        {
            await _party.Journal.ActAsync(state => CarryOut(state, Find(state, id)!.Quiet()).Outgoing, cancellationToken);
            _quiet[id] = (_party.Time.GetTimestamp(), 2 * patience < LongestPatience ? 2 * patience : LongestPatience);
        }
    }

    /// <summary>Proves this bank's opening of the disputed place. The proof is kept before anything of it is sent.</summary>
    private async Task ProveOpeningAsync(ParticipantSession session, CancellationToken cancellationToken)
    {
        ImmutableArray<OpeningProofSubmitted>? proofs = await _work.ProveOpeningAsync(session, cancellationToken);
        await _party.Journal.ActAsync(
            state =>
            {
                ParticipantSession now = Find(state, session.Session)!;
                if (!now.OpeningProofIsDue || now.Update?.Digest != session.Update!.Digest)
                {
                    return [];
                }

                if (proofs is not { } given)
                {
                    string detail =
                        $"its update is not right at {session.Disputed!.Place}, or its disk lost what it sent. Check this bank's "
                            + "program and disk before it takes part again";
                    LogOpeningProofImpossible(_logger, session.Disputed.Attempt, detail);
                    return CarryOut(state, now.CannotProve($"'{_party.Id}' cannot prove its opening: {detail}")).Outgoing;
                }

                foreach (OpeningProofSubmitted proof in given)
                {
                    TrainingTables.KeepOpeningProof(state, proof);
                }

                return CarryOut(state, now.Proved(given[0].Digest)).Outgoing;
            },
            cancellationToken);
    }

    private IReadOnlyList<OutgoingFrame> Submit(StateTransaction state, SessionId id, SessionWork.Prepared.Done prepared)
    {
        UpdateSubmitted update = prepared.Update;
        Step<ParticipantSession, ParticipantEffect> step = Find(state, id)!
            .Prepared(update, prepared.Vector, _party.LedgerRules, prepared.Payments);
        if (step.State.Update?.Manifest.Digest != update.Manifest.Digest)
        {
            if (step.Effects.OfType<ParticipantEffect.Reject>().Any())
            {
                _work.GiveUp(id); // another session's sums came in between: this one can never go on
            }

            return CarryOut(state, step).Outgoing; // or another attempt was opened meanwhile: nothing of this one was said
        }

        foreach ((int first, Digest blob) in prepared.Frames)
        {
            TrainingTables.KeepUpdateFrame(state, update.Manifest.Statement.Attempt, first, blob);
        }

        _vault.Save(state, id, prepared.Secrets);
        if (prepared.SealedKey.Length > 0)
        {
            TrainingTables.KeepKey(state, id, prepared.SealedKey);
        }

        LogSubmitted(_logger, update.Manifest.Statement.Attempt, update.Manifest.Statement.Shape);
        return CarryOut(state, step).Outgoing;
    }

    /// <summary>False while chunks of the sum are on their way.</summary>
    private async Task<bool> TryOpenAsync(
        ParticipantSession session, AggregateReleased released, CancellationToken cancellationToken)
    {
        Signed<Cohort> cohort = released.Cohort;
        AttemptId attempt = cohort.Statement.Attempt;
        if (!_party.Gate.TryAdmit(released, out Authentic<AggregateReleased> authentic, out Rejection? rejection))
        {
            throw new StorageException(
                StorageFault.Corrupt,
                $"A release that was let in and stored is no longer right: {rejection.Detail}. Check the disk.");
        }

        Step<ParticipantSession, ParticipantEffect> begun = session.BeginOpening(authentic, _party.LedgerRules);
        if (begun.Effects.OfType<ParticipantEffect.OpenSum>().Any())
        {
            foreach (ParticipantEffect.Record record in begun.Effects.OfType<ParticipantEffect.Record>())
            {
                _party.Ledger.Record(record.Entry);
                LogRecorded(_logger, record.Entry.Session, record.Entry.Window);
            }
        }
        else
        {
            await _party.Journal.ActAsync(
                state =>
                {
                    TrainingTables.DropAggregate(state, session.Session, attempt.Round.Value);
                    return CarryOut(state, Find(state, session.Session)!.BeginOpening(authentic, _party.LedgerRules)).Outgoing;
                },
                cancellationToken);
            return true;
        }

        switch (await _work.OpenAsync(session, released, cancellationToken))
        {
            case SessionWork.Opened.Incomplete:
                return false;
            case SessionWork.Opened.WrongSum(var fault):
                LogWrongSum(_logger, attempt, fault);
                _health = new HealthItem("training", false, fault);
                await _party.Journal.ActAsync(
                    state =>
                    {
                        TrainingTables.DropAggregate(state, session.Session, attempt.Round.Value);
                        return CarryOut(state, Find(state, session.Session)!.WrongSum(cohort, fault)).Outgoing;
                    },
                    cancellationToken);
                return true;
            case SessionWork.Opened.Spoiled(var detail, var place):
                LogSpoiled(_logger, attempt, detail);
                await _party.Journal.ActAsync(
                    state =>
                    {
                        TrainingTables.DropAggregate(state, session.Session, attempt.Round.Value);
                        return CarryOut(state, Find(state, session.Session)!.NotOpened(cohort, detail, place)).Outgoing;
                    },
                    cancellationToken);
                return true;
            case SessionWork.Opened.Done(var next, var wrong):
                await _party.Journal.ActAsync(state => Advance(state, session.Session, released, next, wrong), cancellationToken);
                await _work.AdvancedAsync(session.Session, next, cancellationToken);
                return true;
            default:
                throw new InvalidOperationException("No such outcome of opening a sum.");
        }
    }

    private List<OutgoingFrame> Advance(
        StateTransaction state, SessionId id, AggregateReleased released, WorkloadState next,
        ImmutableArray<Signed<ShareSumManifest>> wrong)
    {
        Signed<Cohort> cohort = released.Cohort;
        AttemptId attempt = cohort.Statement.Attempt;
        ParticipantSession before = Find(state, id)!;
        VoteTally? vote = next.Vote is { } tally ? tally with { Void = released.Voids.Length } : null;
        Step<ParticipantSession, ParticipantEffect> step = before.Advanced(
            attempt, new CohortDigest(cohort.Digest), next.Digest, next.IsFinished, vote);
        if (step.State.RoundsDone == before.RoundsDone)
        {
            return [];
        }

        foreach (VoidBallot ballot in released.Voids)
        {
            LogVoidBallot(_logger, ballot.Participant, attempt);
        }

        if (_vault.Load(state, id) is { } secrets)
        {
            secrets.AdvanceAllTo(step.State.RoundsDone + 1);
            _vault.Save(state, id, secrets);
            secrets.Dispose();
        }

        TrainingTables.SaveTraining(state, id, next.Bytes.ToArray());
        TrainingTables.KeepAdvance(state, step.State.LastAdvance!);
        TrainingTables.DropRound(state, id, step.State.RoundsDone);
        if (vote is not null)
        {
            TrainingTables.KeepVote(state, id, vote);
        }

        if (next.ResultOf(id, step.State.RoundsDone) is { } result)
        {
            TrainingTables.KeepModel(
                state, id, step.State.RoundsDone, new Digest(result.Model.Digest.Span),
                FeatureView.Of(result.Model.SchemaDigest.Span));
        }
        else if (vote is not null)
        {
            LogNotAdopted(_logger, id, vote);
        }
        else if (step.State.IsCompleted)
        {
            LogUnfinished(_logger, id);
        }

        var outgoing = new List<OutgoingFrame>(CarryOut(state, step).Outgoing);
        LogAdvanced(_logger, attempt, step.State.State);
        _health = new HealthItem(
            "training", true, $"{step.State.RoundsDone} of {step.State.Plan.Statement.Rounds} rounds of session {id}");
        foreach (Signed<ShareSumManifest> manifest in wrong)
        {
            LogWrongShareSum(_logger, manifest.Sender, attempt);
            outgoing.Add(Reject(
                id, MessageType.ShareSumManifest, manifest.Digest, RejectionReason.Spoiled,
                $"the share-sum of '{manifest.Sender}' is not one of the sum that opened"));
        }

        return outgoing;
    }
}
