using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Faults;
using Consortium.Hosting.InMemory;
using Consortium.Hosting.Journal;
using Consortium.Hosting.Sqlite;
using Consortium.Hosting.Storage;
using Consortium.Hosting.Telemetry;
using Consortium.Hosting.Tests.Bus;
using Consortium.Hosting.Tests.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.Hosting.Tests.Journal;

/// <summary>
/// A party that counts frames and answers each; whatever crashes in between, each frame counts once and is answered.
/// </summary>
public sealed class FrameJournalTests
{
    private static readonly DatabaseSchema Schema = new(
        0x434f4e54, [FrameJournal.Migration, "CREATE TABLE seen (body TEXT PRIMARY KEY)"]);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly PartyId Bank = new("bank");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Handle_SameFrameAgain_IsDecidedAgainFromTheStateAndAnsweredAgain()
    {
        using var folder = new TemporaryFolder();
        using StateDatabase database = Open(folder);
        var outbox = new Outbox(database);
        var journal = new FrameJournal(database, outbox);

        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(Delivery.Accepted, await journal.HandleAsync(FrameOf("a"), Answer(FrameOf("a")), Cancellation));
        }

        Assert.Equal(["a"], await SeenAsync(database));
        Assert.Equal(2, await outbox.CountAsync(Cancellation));
    }

    [Fact]
    public async Task Handle_TransitionThrows_LeavesNothingAndTheFrameCanComeAgain()
    {
        using var folder = new TemporaryFolder();
        using StateDatabase database = Open(folder);
        var journal = new FrameJournal(database, new Outbox(database));

        await Assert.ThrowsAsync<InvalidOperationException>(() => journal.HandleAsync(
            FrameOf("a"),
            state =>
            {
                state.Execute("INSERT INTO seen VALUES ('half')");
                throw new InvalidOperationException();
            },
            Cancellation));
        await journal.HandleAsync(FrameOf("a"), Answer(FrameOf("a")), Cancellation);

        Assert.Equal(["a"], await SeenAsync(database));
    }

    [Fact]
    public async Task CrashAtEveryPoint_OfHandlingAndAnswering_EachFrameCountsOnceAndIsAnswered()
    {
        string[] bodies = ["a", "b", "c"];
        (int points, _) = await RunWithCrashAsync(bodies, crashAt: int.MaxValue);
        int crashes = 0;
        for (int crashAt = 1; crashAt <= points; crashAt++)
        {
            crashes += (await RunWithCrashAsync(bodies, crashAt)).Crashed ? 1 : 0;
        }

        Assert.True(crashes >= 20, $"{crashes} crashes at {points} points");
    }

    [Fact]
    public async Task Dispatch_BlobFrame_ArrivesAsTheBlob()
    {
        using var folder = new TemporaryFolder();
        byte[] content = new byte[200_000];
        content[7] = 7;
        var arrived = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var network = new InMemoryNetwork(Cell.Topology(), new BusLimits());
        Cell cell = Cell.Number(0);
        await using PartyBus hub = network.Join(cell.Hub, (frame, _) =>
        {
            arrived.TrySetResult(frame.Body.ToArray());
            return Task.FromResult(Delivery.Accepted);
        }, TestNetwork.Surroundings());
        await hub.StartAsync(Cancellation);
        await using PartyBus bank = network.Join(
            cell.Bank, (_, _) => Task.FromResult(Delivery.Accepted), TestNetwork.Surroundings());
        await bank.StartAsync(Cancellation);
        using StateDatabase database = Open(folder);
        BlobStore blobs = FileBlobStore.Open(folder.File("blobs"), long.MaxValue, FaultPoints.None);
        var outbox = new Outbox(database);
        var journal = new FrameJournal(database, outbox);
        Digest digest = await blobs.PutAsync(content, Cancellation);
        await journal.ActAsync(_ => [OutgoingFrame.OfBlob(cell.Hub, digest, default)], Cancellation);
        Assert.Equal([digest], await outbox.BlobsAsync(Cancellation));

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task dispatching = new OutboxDispatcher(outbox, blobs, bank, TestNetwork.Surroundings()).RunAsync(stop.Token);

        Assert.Equal(content, await arrived.Task.WaitAsync(Limit, Cancellation));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dispatching);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispatch_FrameSetOffByAnother_StaysInItsTrace(bool tracesHere)
    {
        using var folder = new TemporaryFolder();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => tracesHere && source.Name == Instruments.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        var round = new ActivityContext(
            ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true);
        Cell cell = Cell.Number(0);
        var arrived = new TaskCompletionSource<ActivityTraceId>(TaskCreationOptions.RunContinuationsAsynchronously);
        var network = new InMemoryNetwork(Cell.Topology(), new BusLimits());
        await using PartyBus bank = network.Join(cell.Bank, (frame, _) =>
        {
            arrived.TrySetResult(frame.Trace.TraceId);
            return Task.FromResult(Delivery.Accepted);
        }, TestNetwork.Surroundings());
        await bank.StartAsync(Cancellation);
        await using PartyBus hub = network.Join(
            cell.Hub, (_, _) => Task.FromResult(Delivery.Accepted), TestNetwork.Surroundings());
        await hub.StartAsync(Cancellation);
        using StateDatabase database = Open(folder);
        var outbox = new Outbox(database);
        var frame = new Frame(Encoding.UTF8.GetBytes("a"), cell.Bank, round);
        await new FrameJournal(database, outbox).HandleAsync(frame, Answer(frame), Cancellation);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task dispatching = new OutboxDispatcher(
            outbox, FileBlobStore.Open(folder.File("blobs"), long.MaxValue, FaultPoints.None), hub, TestNetwork.Surroundings())
                .RunAsync(stop.Token);

        Assert.Equal(round.TraceId, await arrived.Task.WaitAsync(Limit, Cancellation));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dispatching);
    }

    [Fact]
    public async Task Dispatch_OneRecipientIsStuck_OthersGetTheirs()
    {
        using var folder = new TemporaryFolder();
        Cell stuck = Cell.Number(0), lively = Cell.Number(1);
        var topology = new BusTopology(new Dictionary<PartyId, IReadOnlyCollection<PartyId>>
        {
            [Bank] = [lively.Hub],
            [lively.Hub] = [Bank],
            [stuck.Hub] = [],
        });
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var network = new InMemoryNetwork(topology, new BusLimits());
        await using PartyBus hub = network.Join(lively.Hub, (_, _) =>
        {
            arrived.TrySetResult();
            return Task.FromResult(Delivery.Accepted);
        }, TestNetwork.Surroundings());
        await hub.StartAsync(Cancellation);
        await using PartyBus bank = network.Join(Bank, (_, _) => Task.FromResult(Delivery.Accepted), TestNetwork.Surroundings());
        await bank.StartAsync(Cancellation);
        using StateDatabase database = Open(folder);
        var outbox = new Outbox(database);
        var journal = new FrameJournal(database, outbox);
        await journal.ActAsync(
            _ => [.. Enumerable.Range(0, 100).Select(i => OutgoingFrame.Of(stuck.Hub, new byte[] { (byte)i })),
                OutgoingFrame.Of(lively.Hub, new byte[] { 1 })],
            Cancellation);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task dispatching = new OutboxDispatcher(
            outbox, FileBlobStore.Open(folder.File("blobs"), long.MaxValue, FaultPoints.None), bank, TestNetwork.Surroundings())
                .RunAsync(stop.Token);

        // The frame arrives before its confirmation strikes it out of the outbox.
        await arrived.Task.WaitAsync(Limit, Cancellation);
        await Wait.UntilAsync(async () => await outbox.CountAsync(Cancellation) < 101, Cancellation, Limit);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dispatching);
        Assert.Equal(100, await outbox.CountAsync(Cancellation));
    }

    /// <summary>
    /// Handles all bodies and dispatches the answers; the <paramref name="crashAt"/>th fault point throws, and the run goes on
    /// with a newly opened database and frames delivered anew, as after a restart.
    /// </summary>
    private static async Task<(int Points, bool Crashed)> RunWithCrashAsync(string[] bodies, int crashAt)
    {
        using var folder = new TemporaryFolder();
        int passed = 0;
        bool crashed = false;
        void Pass(string point)
        {
            if (Interlocked.Increment(ref passed) == crashAt)
            {
                crashed = true;
                throw new SimulatedCrashException(point);
            }
        }

        var answers = new ConcurrentDictionary<string, int>();
        Cell cell = Cell.Number(0);
        var network = new InMemoryNetwork(Cell.Topology(), new BusLimits());
        await using PartyBus asker = network.Join(cell.Bank, (frame, _) =>
        {
            answers.AddOrUpdate(Encoding.UTF8.GetString(frame.Body.Span), 1, (_, count) => count + 1);
            return Task.FromResult(Delivery.Accepted);
        }, TestNetwork.Surroundings());
        await asker.StartAsync(Cancellation);
        await using PartyBus self = network.Join(
            cell.Hub, (_, _) => Task.FromResult(Delivery.Accepted), TestNetwork.Surroundings(Pass));
        await self.StartAsync(Cancellation);

        for (int life = 0; ; life++)
        {
            try
            {
                using StateDatabase database = Open(folder, Pass);
                BlobStore blobs = FileBlobStore.Open(folder.File("blobs"), long.MaxValue, Pass);
                var outbox = new Outbox(database);
                var journal = new FrameJournal(database, outbox);
                foreach (string body in bodies)
                {
                    Frame frame = new(Encoding.UTF8.GetBytes(body), cell.Bank, default);
                    await journal.HandleAsync(frame, Answer(frame), Cancellation);
                }

                using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
                Task dispatching = new OutboxDispatcher(outbox, blobs, self, TestNetwork.Surroundings(Pass)).RunAsync(stop.Token);
                await Wait.UntilAsync(() => answers.Count == bodies.Length, Cancellation, Limit);
                await stop.CancelAsync();
                await dispatching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Assert.Equal(bodies, await SeenAsync(database));
                break;
            }
            catch (SimulatedCrashException) when (life == 0)
            {
            }
        }

        Assert.Equal(bodies.Select(body => "re: " + body), answers.Keys.Order());
        return (passed, crashed);
    }

    /// <summary>Counts a body once, whatever comes again, and answers each time.</summary>
    private static Func<StateTransaction, Transition> Answer(Frame frame) => state =>
    {
        string body = Encoding.UTF8.GetString(frame.Body.Span);
        state.Execute("INSERT INTO seen VALUES ($1) ON CONFLICT DO NOTHING", body);
        return new Transition(Delivery.Accepted, [OutgoingFrame.Of(frame.Sender, Encoding.UTF8.GetBytes("re: " + body))]);
    };

    private static Frame FrameOf(string body) => new(Encoding.UTF8.GetBytes(body), Bank, default(ActivityContext));

    private static StateDatabase Open(TemporaryFolder folder, FaultPoint? faults = null) =>
        SqliteDatabase.Open(folder.File("state.db"), Schema, faults ?? FaultPoints.None);

    private static Task<IReadOnlyList<string>> SeenAsync(StateDatabase database) =>
        database.ReadAsync(state => state.Query("SELECT body FROM seen ORDER BY body", row => row.GetString(0)), Cancellation);
}
