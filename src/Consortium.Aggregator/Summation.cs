using System.Collections.Immutable;
using System.Threading.Channels;
using Consortium.Cryptography.Encryption;
using Consortium.Hosting.Daemons;
using Consortium.Primitives;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;
using Consortium.Protocol.Sessions;
using Microsoft.Extensions.Logging;

namespace Consortium.Aggregator;

/// <summary>
/// Adds updates up as their chunks arrive, and finishes a closed cohort's sum. One piece of work at a time beside the arriving
/// frames; what a crash loses is made again from what is stored.
/// </summary>
internal sealed partial class Summation(
    Party party, DecodedState decoded, RejectionNotices notices, OpeningProofRelay openingProofs, TagCheck tags,
    Func<Action<SessionTransaction>, CancellationToken, Task> act, ILogger logger)
{
    /// <summary>Frames of a sum stored at once: each waits for the disk.</summary>
    private const int FramesAtOnce = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<SessionId, RunningSum> _running = [];

    /// <summary>Tells the session that an update is complete, once its chunks are all there and right.</summary>
    public static void Complete(SessionTransaction transaction, AggregatorSession session, KnownUpdate update)
    {
        if (!session.Round.Updates.TryGetValue(update.Sender, out ReceivedUpdate? received)
            || received.IsComplete
            || received.ManifestDigest != update.Source
            || StoredFrame.Cover(
                Archive.Frames(transaction.State, update.Source, update.Sender), update.ChunkDigests.Length) is null)
        {
            return;
        }

        transaction.Work.Add(new Work.Add(update));
        transaction.CarryOut(session.Complete(update.Sender, update.Source));
    }

    /// <summary>
    /// Checks a frame against its update's manifest, and adds it to the running sum of its attempt. Thread-safe.
    /// </summary>
    /// <returns>Null when it is right, else why it is rejected.</returns>
    public Rejection? Check(ChunkFrame frame, KnownUpdate update, SessionPlan plan) =>
        ChunkCheck.Of(frame, update, update.Shape.LayoutFor(plan), RunningSumOf(update.Attempt, update.Shape, plan));

    public async Task RunAsync(ChannelReader<Work> queue, CancellationToken cancellationToken)
    {
        await foreach (Work work in queue.ReadAllAsync(cancellationToken))
        {
            await WorkAsync(work, cancellationToken);
        }
    }

    /// <summary>Does one piece of work, or has it done later when storage fails.</summary>
    public async Task WorkAsync(Work work, CancellationToken cancellationToken)
    {
        try
        {
            await DoAsync(work, cancellationToken);
        }
        catch (IOException exception)
        {
            // Storage fails. Sums are made anew when the state machine asks again; a check is asked for again here.
            LogFailed(logger, work, exception);
            lock (_lock)
            {
                _running.Clear();
            }

            await Task.Delay(TimeSpan.FromSeconds(1), party.Time, cancellationToken);
            if (work is Work.Check)
            {
                await act(transaction => transaction.Work.Add(work), cancellationToken);
            }
        }
    }

    private Task DoAsync(Work work, CancellationToken cancellationToken) => work switch
    {
        Work.Check(var source) => CheckAsync(source, cancellationToken),
        Work.Add(var update) => AddAsync(update, cancellationToken),
        Work.Relay relay => openingProofs.RelayAsync(relay, cancellationToken),
        Work.TagSum(var cohort) => tags.TagSumAsync(cohort, cancellationToken),
        Work.CheckTags(var cohort) => tags.CheckAsync(cohort, cancellationToken),
        Work.Finish(var attempt) => FinishAsync(attempt, cancellationToken),
        _ => throw new InvalidOperationException($"No such work as {work.GetType().Name}."),
    };

    /// <summary>Checks the frames that came before their manifest.</summary>
    private async Task CheckAsync(Digest source, CancellationToken cancellationToken)
    {
        var (update, plan, frames) = await FindAsync(source, cancellationToken);
        var right = new List<StoredFrame>();
        var wrong = new List<StoredFrame>();
        Rejection? why = null;
        foreach (StoredFrame stored in frames.Where(frame => !frame.IsChecked))
        {
            ChunkFrame frame = ChunkFrame.Decode(
                await party.Blobs.ReadAsync(stored.Blob, cancellationToken), party.Configuration.Limits);
            Rejection? rejection = Check(frame, update, plan);
            (rejection is null ? right : wrong).Add(stored);
            why ??= rejection;
            if (rejection is not null)
            {
                LogWrongChunks(logger, update.Sender, rejection.Reason, rejection.Detail);
            }
        }

        await act(
            transaction =>
            {
                foreach (StoredFrame stored in right)
                {
                    Archive.AddFrame(
                        transaction.State, update.Attempt.Session, source, update.Sender, stored with { IsChecked = true });
                }

                foreach (StoredFrame stored in wrong)
                {
                    Archive.DeleteUnchecked(transaction.State, source, update.Sender, stored);
                }

                if (why is not null)
                {
                    notices.Make(
                        transaction, update.Attempt, update.Sender, source, why, update.Sender, party.Configuration.Operator.Id);
                }

                Complete(transaction, transaction.Find(update.Attempt.Session)!, update);
            },
            cancellationToken);
    }

    /// <summary>
    /// Adds what is missing of an update that is stored: nothing, if this process has seen all its frames arrive.
    /// </summary>
    private async Task AddAsync(KnownUpdate update, CancellationToken cancellationToken)
    {
        RunningSum? sum;
        lock (_lock)
        {
            sum = _running.GetValueOrDefault(update.Attempt.Session);
        }

        if (sum is null || sum.Attempt != update.Attempt || sum.Contains(update.Source))
        {
            return; // finishing adds what is not there
        }

        var (_, _, frames) = await FindAsync(update.Source, cancellationToken);
        await sum.AddAsync(
            StoredFrame.Cover(frames, update.ChunkDigests.Length)!, party.Blobs, party.Configuration.Limits, cancellationToken);
    }

    private async Task FinishAsync(AttemptId attempt, CancellationToken cancellationToken)
    {
        (SessionPlan plan, Cohort? cohort) = await party.Database.ReadAsync(
            state =>
            {
                AggregatorSession session = decoded.Find(state, attempt.Session)!;
                return (session.Plan.Statement,
                    session.Round.Attempt == attempt && session.Round.Phase == RoundPhase.Summing
                        ? session.Round.WithoutSum
                        : null);
            },
            cancellationToken);
        if (cohort is null)
        {
            return; // asked for twice, and done
        }

        RunningSum sum = Close(attempt, cohort.Shape, plan);
        if (!sum.LeadsTo(cohort))
        {
            // with chunks of an update that the cohort leaves out
            sum = new RunningSum(attempt, cohort.Shape, cohort.Shape.LayoutFor(plan));
        }

        foreach (CohortMember member in cohort.Members.Where(member => !sum.Contains(member.ManifestDigest)))
        {
            var (update, _, frames) = await FindAsync(member.ManifestDigest, cancellationToken);
            await sum.AddAsync(
                StoredFrame.Cover(frames, update.ChunkDigests.Length)!, party.Blobs, party.Configuration.Limits,
                cancellationToken);
        }

        await PublishAsync(cohort, sum.ToBytes(), cancellationToken);
        lock (_lock)
        {
            _running.Remove(attempt.Session);
        }

        decoded.ForgetBefore(attempt);
    }

    /// <summary>Stores the sum, signs the cohort with its root, and hands that to the session.</summary>
    private async Task PublishAsync(Cohort cohort, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        ImmutableArray<Digest> digests =
            [.. Enumerable.Range(0, cohort.Shape.Chunks).Select(
                chunk => Digest.Of(bytes.Span.Slice(chunk * WireChunk.Size, WireChunk.Size)))];
        Signed<Cohort> signed = party.Sign(cohort with { SumRoot = DigestList.Root(digests) });
        int capacity = ChunkFrame.Capacity(WireChunk.Size, party.Configuration.Limits.FrameBytes);
        var frames = new StoredFrame[(cohort.Shape.Chunks + capacity - 1) / capacity];
        await Parallel.ForAsync(
            0,
            frames.Length,
            new ParallelOptions { MaxDegreeOfParallelism = FramesAtOnce, CancellationToken = cancellationToken },
            async (i, cancellation) => frames[i] = await StoreAsync(signed, bytes, i * capacity, capacity, cancellation));
        await act(
            transaction =>
            {
                Archive.AddSum(transaction.State, cohort.Attempt.Session, signed.Digest, digests);
                foreach (StoredFrame frame in frames)
                {
                    Archive.AddFrame(transaction.State, cohort.Attempt.Session, signed.Digest, party.Id, frame);
                }

                transaction.Decide(cohort.Attempt.Session, session => session.Summed(signed, party.Now));
            },
            cancellationToken);
        LogSummed(logger, cohort.Attempt, cohort.Members.Length, cohort.Shape.Chunks);
    }

    /// <summary>
    /// Stores the sum's chunks from <paramref name="first"/> on, at most <paramref name="capacity"/> of them, as one frame.
    /// </summary>
    private async Task<StoredFrame> StoreAsync(
        Signed<Cohort> cohort, ReadOnlyMemory<byte> sum, int first, int capacity, CancellationToken cancellationToken)
    {
        int count = Math.Min(capacity, cohort.Statement.Shape.Chunks - first);
        var frame = new ChunkFrame
        {
            Attempt = cohort.Statement.Attempt,
            Source = cohort.Digest,
            First = first,
            Count = count,
            Chunks = sum.Slice(first * WireChunk.Size, count * WireChunk.Size),
        };
        return new StoredFrame(first, count, await party.Blobs.PutAsync(frame.Encode(), cancellationToken), IsChecked: true);
    }

    /// <summary>
    /// The running sum to which a frame for this attempt is added; null when the session has a later one, or another shape.
    /// </summary>
    private RunningSum? RunningSumOf(AttemptId attempt, UpdateShape shape, SessionPlan plan)
    {
        lock (_lock)
        {
            if (!_running.TryGetValue(attempt.Session, out RunningSum? sum) || sum.Attempt.CompareWithin(attempt) < 0)
            {
                sum = _running[attempt.Session] = new RunningSum(attempt, shape, shape.LayoutFor(plan));
            }

            return sum.Attempt == attempt && sum.Shape == shape ? sum : null;
        }
    }

    /// <summary>The attempt's sum, to which no arriving frame is added any more.</summary>
    private RunningSum Close(AttemptId attempt, UpdateShape shape, SessionPlan plan)
    {
        RunningSum sum = RunningSumOf(attempt, shape, plan) ?? new RunningSum(attempt, shape, shape.LayoutFor(plan));
        sum.Close();
        return sum;
    }

    private Task<(KnownUpdate Update, SessionPlan Plan, IReadOnlyList<StoredFrame> Frames)> FindAsync(
        Digest source, CancellationToken cancellationToken) =>
        party.Database.ReadAsync(
            state =>
            {
                KnownUpdate update = decoded.FindUpdate(state, source, isCommitted: true)!;
                return (update, decoded.Find(state, update.Attempt.Session)!.Plan.Statement,
                    Archive.Frames(state, source, update.Sender));
            },
            cancellationToken);
}
