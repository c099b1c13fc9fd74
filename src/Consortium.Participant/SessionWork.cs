using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Proofs;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Secrets;
using Consortium.Hosting.Storage;
using Consortium.Hosting.Telemetry;
using Consortium.Learning.Models;
using Consortium.Participant.Data;
using Consortium.Participant.Rounds;
using Consortium.Participant.Store;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Sessions;
using Consortium.Workloads;

namespace Consortium.Participant;

/// <summary>
/// What takes long in a round: computing and encrypting an update, opening a sum, computing the workload's next state. Keeps each
/// session's
/// state in memory and reads it back from the database when the session is in another one. Not thread-safe.
/// </summary>
internal sealed class SessionWork(Party party, DataWatch data, SessionVault vault, NoiseSource? noise)
{
    private const int RoundsBetweenCollections = 16;

    /// <summary>How many batches of labels are tried for a session of an earlier data folder.</summary>
    private const int MostLabelBatches = 64;

    private static readonly TimeSpan KeepUnreferenced = TimeSpan.FromMinutes(10);

    private readonly Dictionary<SessionId, (WorkloadState State, LocalWork? Local)> _sessions = [];
    private readonly HashSet<SessionId> _stuck = [];
    private readonly Dictionary<SessionId, (Digest Data, int Entries)> _digests = [];
    private int _rounds;

    public bool IsStuck(SessionId session) => _stuck.Contains(session);

    /// <summary>Prepares nothing more for a session.</summary>
    public void GiveUp(SessionId session) => _stuck.Add(session);

    /// <summary>
    /// The update of an attempt, its ciphertext stored. The vector is kept too, in the clear: a later attempt sends the same.
    /// </summary>
    public async Task<Prepared> PrepareAsync(ParticipantSession session, AttemptId attempt, CancellationToken cancellationToken)
    {
        SessionPlan plan = session.Plan.Statement;
        WorkloadState state = await StateAsync(session, cancellationToken);
        RoundRequest request = state.Request
            ?? throw new InvalidOperationException("The workload is finished; a completed session prepares nothing.");
        if (request.Length > plan.MaximumValues)
        {
            return CannotBe(session, $"The next round takes {request.Length} values; the plan allows {plan.MaximumValues}.");
        }

        UpdateShape shape = RoundShape.Of(request, plan);
        if (shape.Chunks > party.Configuration.Limits.Chunks)
        {
            return CannotBe(
                session,
                $"The next round takes {shape.Chunks} chunks; the consortium allows {party.Configuration.Limits.Chunks}.");
        }

        (Digest payments, string? changed) = await DataAsync(session, cancellationToken);
        if (changed is not null)
        {
            return CannotBe(session, changed);
        }

        if (await SecretsAsync(session, cancellationToken) is not { } secrets)
        {
            return CannotBe(
                session, "Nothing was heard of the session for so long that its keys were erased. Start another session.");
        }

        byte[] vector;
        if (session.VectorDigest is Digest kept)
        {
            vector = await party.Blobs.ReadAsync(kept, cancellationToken);
        }
        else
        {
            LocalWork local;
            try
            {
                local = await LocalAsync(session, state, cancellationToken);
            }
            catch (ArgumentException unfit)
            {
                return CannotBe(session, unfit.Message);
            }

            using (Instruments.Measure("contribute", attempt))
            {
                var contribution = new Contribution(request);
                await local.ContributeAsync(state, contribution, cancellationToken);
                vector = contribution.ToBytes();
            }
        }

        EncryptedUpdate update = EncryptedUpdate.Create(
            MemoryMarshal.Cast<byte, long>(vector), shape, attempt, session.State, plan, party.Configuration, party.Id,
            party.Identity, session.SessionKeys, secrets);
        Digest[] stored = await Task.WhenAll(
            update.Frames.Prepend(vector).Select(blob => party.Blobs.PutAsync(blob, cancellationToken)));
        return new Prepared.Done(update.Message, [.. stored.Skip(1).Index()], stored[0], update.SealedKey, payments, secrets);
    }

    /// <summary>
    /// The tag of this bank's update under a closed cohort, from the ciphertext that it sent; null when that is no longer on
    /// disk.
    /// </summary>
    public async Task<UpdateTag?> TagAsync(
        ParticipantSession session, Signed<Cohort> cohort, CancellationToken cancellationToken)
    {
        IReadOnlyList<Digest> blobs = await party.Database.ReadAsync(
            state => TrainingTables.UpdateFrames(state, session.Session), cancellationToken);
        using SumTagger tagger = CohortSeed.CreateTagger(cohort, session.Plan.Statement);
        foreach (Digest blob in blobs)
        {
            byte[] bytes = await party.Blobs.ReadAsync(blob, cancellationToken);
            using Instruments.Work work = Instruments.Measure("tag", cohort.Statement.Attempt);
            tagger.Add(ChunkFrame.Decode(bytes, party.Configuration.Limits));
        }

        return tagger.NextChunk != cohort.Statement.Shape.Chunks
            ? null
            : new UpdateTag
            {
                Attempt = cohort.Statement.Attempt,
                CohortDigest = new CohortDigest(cohort.Digest),
                Tag = tagger.ToTag(),
            };
    }

    /// <summary>
    /// This bank's opening proof for the place where the sum does not open; null when its own update is wrong there, or no longer
    /// on disk as it was sent.
    /// </summary>
    public async Task<ImmutableArray<OpeningProofSubmitted>?> ProveOpeningAsync(
        ParticipantSession session, CancellationToken cancellationToken)
    {
        UpdateSubmitted update = session.Update!;
        SumDisputed disputed = session.Disputed!;
        (byte[]? sealedKey, IReadOnlyList<Digest> blobs, SessionSecrets? loaded) = await party.Database.ReadAsync(
            state => (TrainingTables.KeptKey(state, session.Session), TrainingTables.UpdateFrames(state, session.Session),
                vault.Load(state, session.Session)),
            cancellationToken);
        using SessionSecrets? secrets = loaded;
        ReadOnlyMemory<byte> chunk = default;
        foreach (Digest blob in disputed.Place.Chunk == DisputedPlace.KeySum ? [] : blobs)
        {
            ChunkFrame frame = ChunkFrame.Decode(
                await party.Blobs.ReadAsync(blob, cancellationToken), party.Configuration.Limits);
            int index = disputed.Place.Chunk - frame.First;
            chunk = index >= 0 && index < frame.Count ? frame.Chunk(index) : chunk;
        }

        if ((disputed.Place.Chunk != DisputedPlace.KeySum && chunk.IsEmpty)
            || secrets is null
            || !KeptKey.TryOpen(sealedKey, party.Configuration.Threshold, disputed.Attempt, secrets.Storage, out KeptKey? kept))
        {
            return null;
        }

        using (kept)
        {
            return UpdateOpeningProof.Create(
                update.Manifest, disputed, chunk, kept, session.Plan.Statement, party.Configuration, party.Identity,
                secrets);
        }
    }

    /// <summary>
    /// Opens the sum, if all of it is here, and computes the next state. A finished model is on disk before anyone hears of it.
    /// </summary>
    public async Task<Opened> OpenAsync(
        ParticipantSession session, AggregateReleased released, CancellationToken cancellationToken)
    {
        Cohort cohort = released.Cohort.Statement;
        IReadOnlyList<ChunkFrame>? frames = await FramesAsync(released, cancellationToken);
        using SessionSecrets? secrets = await party.Database.ReadAsync(
            state => vault.Load(state, session.Session), cancellationToken);
        if (frames is null || secrets is null)
        {
            return new Opened.Incomplete();
        }

        var opener = new SumOpener(
            session.Plan.Statement, party.Configuration, secrets, party.Id,
            session.SharingIn(cohort.Attempt, party.Configuration));
        SumOpening opening = opener.Open(released, frames);
        if (opening is SumOpening.WrongSum(var fault))
        {
            return new Opened.WrongSum(fault);
        }

        if (opening is SumOpening.Spoiled && session.RoundsDone == 0 && !cohort.Has(party.Id))
        {
            return new Opened.Incomplete(); // key holders are about to give what opens it to a bank that was away
        }

        if (opening is SumOpening.Spoiled(var detail, var place))
        {
            return new Opened.Spoiled(detail, place);
        }

        var opened = (SumOpening.Opened)opening;
        WorkloadState state = await StateAsync(session, cancellationToken);
        if (state.Request is not { } request || RoundShape.Of(request, session.Plan.Statement) != cohort.Shape)
        {
            return new Opened.Spoiled(
                $"The cohort sent {cohort.Shape}; this state asks for {state.Request?.ToString() ?? "nothing"}.");
        }

        WorkloadState next;
        try
        {
            using Instruments.Work step = Instruments.Measure("step", cohort.Attempt);
            next = state.Advance(opened.Sum, cohort.Members.Length);
        }
        catch (ArgumentException impossible)
        {
            return new Opened.Spoiled(impossible.Message);
        }

        if (next.ResultOf(session.Session, session.RoundsDone + 1) is { } result)
        {
            data.SaveModel(
                result with { Guarantee = session.Plan.Statement.GuaranteeUnder(party.Configuration.Budget) });
        }

        return new Opened.Done(next, opened.Wrong);
    }

    /// <summary>The session is now in this state.</summary>
    public async Task AdvancedAsync(SessionId session, WorkloadState state, CancellationToken cancellationToken)
    {
        _sessions[session] = (state, _sessions.GetValueOrDefault(session).Local);
        if (++_rounds % RoundsBetweenCollections == 0)
        {
            await CollectAsync(cancellationToken);
        }
    }

    /// <summary>Deletes ciphertext that nobody needs any more.</summary>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        var needed = new HashSet<Digest>(await party.Outbox.BlobsAsync(cancellationToken));
        await party.Database.ReadAsync(
            state =>
            {
                needed.UnionWith(TrainingTables.Blobs(state));
                foreach (SessionId session in SessionTable.All(state))
                {
                    if (SessionState.DecodeParticipant(
                        SessionTable.Find(state, session)!, party.Id, party.Configuration).VectorDigest is Digest vector)
                    {
                        needed.Add(vector);
                    }
                }

                return true;
            },
            cancellationToken);
        await party.Blobs.CollectAsync(needed, party.Time.GetUtcNow() - KeepUnreferenced, cancellationToken);
    }

    /// <summary>
    /// This bank's secrets of the session, one more agreed for each key that has none yet; null once they are erased.
    /// </summary>
    private Task<SessionSecrets?> SecretsAsync(ParticipantSession session, CancellationToken cancellationToken) =>
        party.Database.ReadAsync(
            state =>
            {
                if (vault.Load(state, session.Session) is not { } secrets)
                {
                    return null;
                }

                foreach ((int index, Member holder) in party.Configuration.KeyHolders.Index())
                {
                    if (SessionKeyList.Has(session.SessionKeys, index) && secrets.With(holder.Id) is null)
                    {
                        secrets.Agree(holder, vault.FindOffer(state, session.Session, holder.Id)!.Statement.Key);
                    }
                }

                return secrets;
            },
            cancellationToken);

    private Prepared.CannotBe CannotBe(ParticipantSession session, string detail)
    {
        _stuck.Add(session.Session);
        return new Prepared.CannotBe(detail);
    }

    /// <summary>
    /// All chunks of the sum in order, or null while some are missing. One that is not what the cohort binds is dropped.
    /// </summary>
    private async Task<IReadOnlyList<ChunkFrame>?> FramesAsync(AggregateReleased released, CancellationToken cancellationToken)
    {
        AttemptId attempt = released.Cohort.Statement.Attempt;
        IReadOnlyList<Digest> blobs = await party.Database.ReadAsync(
            state => TrainingTables.SumFrames(state, attempt.Session, attempt.Round.Value, released.Cohort.Digest),
            cancellationToken);
        var frames = new List<ChunkFrame>();
        int chunks = 0;
        foreach (Digest blob in blobs)
        {
            ChunkFrame frame = ChunkFrame.Decode(
                await party.Blobs.ReadAsync(blob, cancellationToken), party.Configuration.Limits);
            if (frame.Attempt != attempt || frame.FirstWrongChunk(released.SumChunkDigests) is not null)
            {
                await party.Database.WriteAsync(
                    state => TrainingTables.DropSumFrame(state, attempt.Session, attempt.Round.Value, frame.First),
                    cancellationToken);
                continue;
            }

            if (frame.First == chunks)
            {
                frames.Add(frame);
                chunks += frame.Count;
            }
        }

        return chunks == released.SumChunkDigests.Length ? frames : null;
    }

    private async Task<WorkloadState> StateAsync(ParticipantSession session, CancellationToken cancellationToken)
    {
        if (_sessions.TryGetValue(session.Session, out (WorkloadState State, LocalWork? Local) kept)
            && kept.State.Digest == session.State)
        {
            return kept.State;
        }

        (byte[] bytes,
            _) = await party.Database.ReadAsync(state => TrainingTables.Training(state, session.Session), cancellationToken);
        WorkloadState read = WorkloadOf(session).ReadState(bytes);
        if (read.Digest != session.State)
        {
            throw new StorageException(
                StorageFault.Corrupt,
                $"The state stored for session {session.Session} is not the one that the session is in. Restore the data folder "
                    + "from a backup.");
        }

        _sessions[session.Session] = (read, kept.Local);
        return read;
    }

    /// <exception cref="ArgumentException">This bank's data do not fit the plan.</exception>
    private async Task<LocalWork> LocalAsync(ParticipantSession session, WorkloadState state, CancellationToken cancellationToken)
    {
        SessionId id = session.Session;
        if (_sessions[id].Local is { } kept)
        {
            return kept;
        }

        int batches = await BatchesAsync(id, cancellationToken);
        (ClosedDays closed, _) = await ClosedAsync(session, batches, cancellationToken);
        LocalWork local = WorkloadOf(session).CreateLocalWork(
            state, new LocalData(view => data.TrainingRows(batches, session.Plan.Statement.Window, closed, view), noise));
        _sessions[id] = (state, local);
        return local;
    }

    private Task<int> BatchesAsync(SessionId session, CancellationToken cancellationToken) => party.Database.WriteAsync(
        transaction =>
        {
            TrainingTables.FixBatches(transaction, session, data.Batches);
            return TrainingTables.Training(transaction, session).Batches;
        },
        cancellationToken);

    /// <summary>
    /// Digest of this bank's payments of the plan's days, and whether those that it was summed with before are as they were then.
    /// </summary>
    private async Task<(Digest Data, string? Problem)> DataAsync(ParticipantSession session, CancellationToken cancellationToken)
    {
        int entries = party.Ledger.Current.Entries.Length;
        bool isSummed = party.Ledger.Current.Counted.Any(entry => entry.Session == session.Session);
        if (_digests.TryGetValue(session.Session, out var known) && (isSummed || known.Entries == entries))
        {
            return (known.Data, null);
        }

        int batches = await BatchesAsync(session.Session, cancellationToken);
        (ClosedDays closed, string? problem) = await ClosedAsync(session, batches, cancellationToken);
        if (problem is not null)
        {
            return (default, problem);
        }

        Digest digest = data.DigestOf(batches, session.Plan.Statement.Window, closed);
        _digests[session.Session] = (digest, entries);
        return (digest, null);
    }

    /// <summary>
    /// The days of the plan that this bank was summed over before this session, each with the labels of that time. It is the
    /// ledger's digests that say which these were.
    /// </summary>
    private async Task<(ClosedDays Closed, string? Problem)> ClosedAsync(
        ParticipantSession session, int batches, CancellationToken cancellationToken)
    {
        ClosedDays closed = ClosedDays.None;
        foreach (LedgerEntry.Participated entry in party.Ledger.Current.Counted
            .TakeWhile(entry => entry.Session != session.Session)
            .Where(entry => entry.Window.Overlaps(session.Plan.Statement.Window) && entry.Cohort.Contains(party.Id)))
        {
            int? joined = await party.Database.ReadAsync(
                state => TrainingTables.BatchesOf(state, entry.Session), cancellationToken);
            IEnumerable<int> candidates = joined is { } one
                ? [one]
                : Enumerable.Range(1, batches).Reverse().Take(MostLabelBatches);
            int labels = candidates.FirstOrDefault(batch => data.DigestOf(batches, entry.Window, closed, batch) == entry.Data);
            if (labels == 0)
            {
                return (closed, $"This bank took part in session {entry.Session.ToString()[..12]} over {entry.Window}, and "
                    + (entry.Data is null
                        ? "its ledger does not say with which payments."
                        : "its payments or labels of those days have changed since.")
                    + " Sums over the same days would tell what changed. Allowed: days that no earlier session covers.");
            }

            closed = closed.With(entry.Window, labels);
        }

        return (closed, null);
    }

    /// <exception cref="StorageException">An earlier release joined a session whose workload this one does not know.</exception>
    private static Workload WorkloadOf(ParticipantSession session) => KnownWorkloads.Find(session.Plan.Statement.Workload)
        ?? throw new StorageException(
            StorageFault.Corrupt,
            $"This release does not run '{session.Plan.Statement.Workload}', which session {session.Session} does.");

    /// <summary>What came of preparing an update.</summary>
    internal abstract record Prepared
    {
        private Prepared()
        {
        }

        public sealed record Done(
            UpdateSubmitted Update, ImmutableArray<(int First, Digest Blob)> Frames, Digest Vector, byte[] SealedKey,
            Digest Payments, SessionSecrets Secrets) : Prepared;

        public sealed record CannotBe(string Detail) : Prepared;
    }

    /// <summary>What came of opening a sum and taking the step.</summary>
    internal abstract record Opened
    {
        private Opened()
        {
        }

        public sealed record Done(WorkloadState State, ImmutableArray<Signed<ShareSumManifest>> Wrong) : Opened;

        /// <param name="Place">Where, when it is a bank's doing; null otherwise.</param>
        public sealed record Spoiled(string Detail, DisputedPlace? Place = null) : Opened;

        /// <param name="Detail">That the aggregator is at fault, and how.</param>
        public sealed record WrongSum(string Detail) : Opened;

        public sealed record Incomplete : Opened;
    }
}
