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
/// Adds updates up while others still come in, and finishes a closed cohort's sum. One piece of work at a time; what a crash loses is
/// made again from what is stored.
/// </summary>
internal sealed partial class Summation(Party party, RejectionNotices notices, OpeningProofRelay openingProofs, Func<Action<SessionTransaction>, CancellationToken, Task> act, ILogger logger)
{
    /// <summary>Frames of a sum stored at once: each waits for the disk.</summary>
    private const int FramesAtOnce = 4;

    private readonly Dictionary<SessionId, RunningSum> _running = [];

    /// <summary>Tells the session that an update is complete, once its chunks are all there and right.</summary>
    public static void Complete(SessionTransaction transaction, AggregatorSession session, UpdateSubmitted update)
    {
        if (!session.Round.Updates.TryGetValue(update.Sender, out ReceivedUpdate? received) || received.IsComplete || received.ManifestDigest != update.Digest
            || StoredFrame.Cover(Archive.Frames(transaction.State, update.Digest, update.Sender), update.ChunkDigests.Length).Count == 0)
        {
            return;
        }

        transaction.Work.Add(new Work.Add(update.Digest));
        transaction.CarryOut(session.Complete(update.Sender, update.Digest));
    }

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
            _running.Clear();
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
        Work.Add(var source) => AddAsync(source, cancellationToken),
        Work.Relay relay => openingProofs.RelayAsync(relay, cancellationToken),
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
        SlotLayout layout = update.Manifest.Statement.Shape.LayoutFor(plan);
        foreach (StoredFrame stored in frames.Where(frame => !frame.IsChecked))
        {
            ChunkFrame frame = ChunkFrame.Decode(await party.Blobs.ReadAsync(stored.Blob, cancellationToken), party.Configuration.Limits);
            Rejection? rejection = ChunkCheck.Of(frame, update, layout);
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
                    Archive.AddFrame(transaction.State, update.Manifest.Statement.Attempt.Session, source, update.Sender, stored with { IsChecked = true });
                }

                foreach (StoredFrame stored in wrong)
                {
                    Archive.DeleteUnchecked(transaction.State, source, update.Sender, stored);
                }

                if (why is not null)
                {
                    notices.Make(transaction, update.Manifest.Statement.Attempt, update.Sender, source, why, update.Sender, party.Configuration.Operator.Id);
                }

                Complete(transaction, transaction.Find(update.Manifest.Statement.Attempt.Session)!, update);
            },
            cancellationToken);
    }

    private async Task AddAsync(Digest source, CancellationToken cancellationToken)
    {
        var (update, plan, frames) = await FindAsync(source, cancellationToken);
        UpdateManifest manifest = update.Manifest.Statement;
        if (!_running.TryGetValue(manifest.Attempt.Session, out RunningSum? sum) || sum.Attempt.CompareWithin(manifest.Attempt) < 0)
        {
            sum = Begin(manifest.Attempt, manifest.Shape, plan);
        }

        if (sum.Attempt == manifest.Attempt && sum.Shape == manifest.Shape && !sum.Contains(source))
        {
            await sum.AddAsync(source, StoredFrame.Cover(frames, update.ChunkDigests.Length), party.Blobs, party.Configuration.Limits, cancellationToken);
        }
    }

    private async Task FinishAsync(AttemptId attempt, CancellationToken cancellationToken)
    {
        (SessionPlan plan, Cohort? cohort) = await party.Database.ReadAsync(
            state =>
            {
                var session = SessionState.DecodeAggregator(SessionTable.Find(state, attempt.Session)!, party.Configuration);
                return (session.Plan.Statement, session.Round.Attempt == attempt && session.Round.Phase == RoundPhase.Summing ? session.Round.WithoutSum : null);
            },
            cancellationToken);
        if (cohort is null)
        {
            return; // asked for twice, and done
        }

        if (!_running.TryGetValue(attempt.Session, out RunningSum? sum) || !sum.LeadsTo(cohort))
        {
            sum = Begin(attempt, cohort.Shape, plan);
        }

        foreach (CohortMember member in cohort.Members.Where(member => !sum.Contains(member.ManifestDigest)))
        {
            var (update, _, frames) = await FindAsync(member.ManifestDigest, cancellationToken);
            await sum.AddAsync(member.ManifestDigest, StoredFrame.Cover(frames, update.ChunkDigests.Length), party.Blobs, party.Configuration.Limits, cancellationToken);
        }

        await PublishAsync(cohort, sum.ToBytes(), cancellationToken);
        _running.Remove(attempt.Session);
    }

    /// <summary>Stores the sum, signs the cohort with its root, and hands that to the session.</summary>
    private async Task PublishAsync(Cohort cohort, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        ImmutableArray<Digest> digests =
            [.. Enumerable.Range(0, cohort.Shape.Chunks).Select(chunk => Digest.Of(bytes.Span.Slice(chunk * WireChunk.Size, WireChunk.Size)))];
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

                transaction.Decide(cohort.Attempt.Session, session => session.Summed(signed));
            },
            cancellationToken);
        LogSummed(logger, cohort.Attempt, cohort.Members.Length, cohort.Shape.Chunks);
    }

    /// <summary>Stores the sum's chunks from <paramref name="first"/> on, at most <paramref name="capacity"/> of them, as one frame.</summary>
    private async Task<StoredFrame> StoreAsync(Signed<Cohort> cohort, ReadOnlyMemory<byte> sum, int first, int capacity, CancellationToken cancellationToken)
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

    private RunningSum Begin(AttemptId attempt, UpdateShape shape, SessionPlan plan) =>
        _running[attempt.Session] = new RunningSum(attempt, shape, shape.LayoutFor(plan));

    private Task<(UpdateSubmitted Update, SessionPlan Plan, IReadOnlyList<StoredFrame> Frames)> FindAsync(Digest source, CancellationToken cancellationToken) =>
        party.Database.ReadAsync(
            state =>
            {
                UpdateSubmitted update = Archive.FindUpdate(state, source, party.Configuration.Limits)!;
                byte[] session = SessionTable.Find(state, update.Manifest.Statement.Attempt.Session)!;
                return (update, SessionState.DecodeAggregator(session, party.Configuration).Plan.Statement, Archive.Frames(state, source, update.Sender));
            },
            cancellationToken);
}
