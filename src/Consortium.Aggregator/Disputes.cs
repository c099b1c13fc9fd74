using Consortium.Cryptography.Proofs;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;
using Consortium.Protocol.Sessions;

namespace Consortium.Aggregator;

/// <summary>
/// Carries a dispute about a sum: when most members say that it does not open at one place, every member is asked to account for it, its
/// account goes to each key holder, and what they find to every member and the operator. Whoever says a thing again is answered again, so nothing of it is lost
/// for long: a bank that cannot open a sum says so at every reminder.
/// </summary>
internal sealed class Disputes(Party party, Func<Action<SessionTransaction>, CancellationToken, Task> act)
{
    private MessageLimits Limits => party.Configuration.Limits;

    public void Receive(SessionTransaction turn, Authentic<Signed<SumDisputed>> disputed)
    {
        Signed<SumDisputed> message = disputed.Message;
        if (Disputable(turn, message.Statement.Attempt.Session, message.Statement.Cohort) is not { } cohort || !cohort.Statement.Has(message.Sender))
        {
            return; // of a sum that is not the newest, or by a bank that has no part in it
        }

        bool wasAgreed = Agreed(turn.State, cohort) is not null;
        DisputeTable.Add(turn.State, message);
        if (Agreed(turn.State, cohort) is { } agreed)
        {
            turn.Send(agreed, wasAgreed ? [message.Sender] : [.. cohort.Statement.Members.Select(member => member.Participant), party.Configuration.Operator.Id]);
        }
    }

    public void Take(SessionTransaction turn, Authentic<OpeningProofSubmitted> account)
    {
        OpeningProofManifest manifest = account.Message.Manifest.Statement;
        if (Disputable(turn, manifest.Attempt.Session, manifest.Cohort) is { } cohort
            && cohort.Statement.Has(account.Message.Sender)
            && Agreed(turn.State, cohort)?.Place == manifest.Place)
        {
            DisputeTable.Add(turn.State, account.Message);
            if (!DisputeTable.IsJudged(turn.State, manifest.Cohort, account.Message.Sender, account.Message.Holder))
            {
                turn.Work.Add(new Work.Relay(cohort, account.Message.Sender, account.Message.Holder));
            }
        }
    }

    public void Judge(SessionTransaction turn, Authentic<Signed<OpeningProofJudged>> judged)
    {
        OpeningProofJudged verdict = judged.Message.Statement;
        if (Disputable(turn, verdict.Attempt.Session, verdict.Cohort) is { } cohort
            && DisputeTable.FindOpeningProof(turn.State, verdict.Cohort, verdict.Bank, judged.Message.Sender, Limits)?.Digest == verdict.OpeningProof
            && !DisputeTable.IsJudged(turn.State, verdict.Cohort, verdict.Bank, judged.Message.Sender))
        {
            DisputeTable.Add(turn.State, judged.Message);
            turn.Send(judged.Message, [.. cohort.Statement.Members.Select(member => member.Participant), party.Configuration.Operator.Id]);
        }
    }

    /// <summary>Puts together what a key holder needs to judge an account, and sends it.</summary>
    public async Task RelayAsync(Work.Relay work, CancellationToken cancellationToken)
    {
        var digest = new CohortDigest(work.Cohort.Digest);
        (DisputeRelayed? dispute, OpeningProofSubmitted? account, UpdateSubmitted? update, IReadOnlyList<StoredFrame> frames) = await party.Database.ReadAsync(
            state =>
            {
                Digest source = work.Cohort.Statement.Members.Single(member => member.Participant == work.Bank).Manifest;
                return (Agreed(state, work.Cohort), DisputeTable.FindOpeningProof(state, digest, work.Bank, work.Holder, Limits),
                    Archive.FindUpdate(state, source, Limits), Archive.Frames(state, source, work.Bank));
            },
            cancellationToken);
        if (dispute is null || account is null || update is null)
        {
            return; // deleted meanwhile
        }

        int chunk = dispute.Place.Chunk;
        ReadOnlyMemory<byte> bytes = default;
        if (chunk != DisputedPlace.KeySum)
        {
            StoredFrame stored = frames.First(frame => frame.IsChecked && frame.First <= chunk && chunk < frame.First + frame.Count);
            bytes = ChunkFrame.Decode(await party.Blobs.ReadAsync(stored.Blob, cancellationToken), Limits).Chunk(chunk - stored.First);
        }

        var relayed = new OpeningProofRelayed
        {
            Dispute = dispute,
            OpeningProof = account.Manifest,
            SealedShare = account.SealedShare,
            Update = update.Manifest,
            SealedKeyShare = update.SealedShares[party.Configuration.IndexOfKeyHolder(work.Holder)],
            ChunkDigests = update.ChunkDigests,
            Chunk = bytes,
        };
        await act(turn => turn.Send(relayed, work.Holder), cancellationToken);
    }

    /// <summary>The cohort, if it is the one that the session's newest round released.</summary>
    private static Signed<Cohort>? Disputable(SessionTransaction turn, SessionId session, CohortDigest cohort) =>
        turn.Find(session) is { Round: { Phase: RoundPhase.Released, Cohort: { } released } } && released.Digest == cohort.Value ? released : null;

    private DisputeRelayed? Agreed(StateTransaction state, Signed<Cohort> cohort) =>
        SumDispute.Agreed(cohort, DisputeTable.Disputes(state, new CohortDigest(cohort.Digest), Limits));
}
