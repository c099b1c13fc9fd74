using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Tests.Bus;

/// <summary>What holds on every transport.</summary>
public abstract class PartyBusSuite(TestNetwork network)
{
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected static Task<Delivery> Ignore(Frame frame, CancellationToken cancellationToken) =>
        Task.FromResult(Delivery.Accepted);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 18)]
    [InlineData(1 << 20)]
    public async Task SendAsync_BodyWithinLimit_ArrivesByteForByteFromItsSender(int length)
    {
        Cell cell = network.NextCell();
        byte[] body = RandomNumberGenerator.GetBytes(length);
        var arrived = new TaskCompletionSource<Frame>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PartyBus hub = network.Join(cell.Hub, (frame, _) =>
        {
            arrived.TrySetResult(frame);
            return Task.FromResult(Delivery.Accepted);
        });
        await using PartyBus bank = network.Join(cell.Bank, Ignore);
        await hub.StartAsync(Cancellation);
        await bank.StartAsync(Cancellation);

        await bank.SendAsync(cell.Hub, body, Cancellation);

        Frame frame = await arrived.Task.WaitAsync(Limit, Cancellation);
        Assert.Equal(body, frame.Body.ToArray());
        Assert.Equal(cell.Bank, frame.Sender);
        Assert.Equal(Digest.Of(body), frame.Digest);
    }

    [Fact]
    public async Task SendAsync_SliceOfArray_ArrivesWithoutTheRest()
    {
        Cell cell = network.NextCell();
        var arrived = new TaskCompletionSource<Frame>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PartyBus hub = network.Join(cell.Hub, (frame, _) =>
        {
            arrived.TrySetResult(frame);
            return Task.FromResult(Delivery.Accepted);
        });
        await using PartyBus bank = network.Join(cell.Bank, Ignore);
        await hub.StartAsync(Cancellation);
        await bank.StartAsync(Cancellation);

        await bank.SendAsync(cell.Hub, new byte[] { 1, 2, 3, 4, 5 }.AsMemory(1, 3), Cancellation);

        Assert.Equal([2, 3, 4], (await arrived.Task.WaitAsync(Limit, Cancellation)).Body.ToArray());
    }

    [Fact]
    public async Task SendAsync_BodyAboveLimit_IsRejectedBeforeTheBus()
    {
        Cell cell = network.NextCell();
        await using PartyBus bank = network.Join(cell.Bank, Ignore);
        await bank.StartAsync(Cancellation);

        await Assert.ThrowsAsync<ArgumentException>(() => bank.SendAsync(cell.Hub, new byte[(1 << 20) + 1], Cancellation));
    }

    [Fact]
    public async Task SendAsync_PartyWithoutRoute_SaysSoInsteadOfRetrying()
    {
        Cell cell = network.NextCell(), other = network.NextCell();
        await using PartyBus bank = network.Join(cell.Bank, Ignore);
        await bank.StartAsync(Cancellation);

        BusException exception = await Assert.ThrowsAsync<BusException>(
            () => bank.SendAsync(other.Bank, new byte[8], Cancellation).WaitAsync(Limit, Cancellation));

        Assert.Contains(other.Bank.Name, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handler_Rejects_FrameIsKeptWithReasonAndNextFramesStillCome()
    {
        Cell cell = network.NextCell();
        var arrived = new BlockingCollection<byte>();
        await using PartyBus hub = network.Join(cell.Hub, (frame, _) =>
        {
            byte first = frame.Body.Span[0];
            arrived.Add(first, Cancellation);
            return Task.FromResult(first == 7 ? Delivery.Rejected("seven is\nnot taken") : Delivery.Accepted);
        });
        await using PartyBus bank = network.Join(cell.Bank, Ignore);
        await hub.StartAsync(Cancellation);
        await bank.StartAsync(Cancellation);

        await bank.SendAsync(cell.Hub, new byte[] { 7, 1 }, Cancellation);
        await bank.SendAsync(cell.Hub, new byte[] { 8 }, Cancellation);

        var seen = new HashSet<byte> { arrived.Take(Cancellation), arrived.Take(Cancellation) };
        Assert.Equal([7, 8], (byte[])[.. seen.Order()]);
        DeadLetter letter = Assert.Single(await WaitForDeadLettersAsync(cell.Hub, 1));
        Assert.Equal("seven is?not taken", letter.Reason);
        Assert.Equal(cell.Bank.Name, letter.Sender);
        Assert.Equal([7, 1], letter.Body.ToArray());
    }

    [Fact]
    public async Task Handler_FailsOnOneFrameEachTime_FrameIsDeadLetteredAndOthersPass()
    {
        Cell cell = network.NextCell();
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PartyBus hub = network.Join(cell.Hub, (frame, _) =>
        {
            if (frame.Body.Span[0] == 13)
            {
                throw new InvalidOperationException("a defect");
            }

            passed.TrySetResult();
            return Task.FromResult(Delivery.Accepted);
        });
        await using PartyBus bank = network.Join(cell.Bank, Ignore);
        await hub.StartAsync(Cancellation);
        await bank.StartAsync(Cancellation);

        await bank.SendAsync(cell.Hub, new byte[] { 13 }, Cancellation);
        await bank.SendAsync(cell.Hub, new byte[] { 14 }, Cancellation);

        await passed.Task.WaitAsync(Limit, Cancellation);
        DeadLetter letter = Assert.Single(await WaitForDeadLettersAsync(cell.Hub, 1));
        Assert.Contains("a defect", letter.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handler_DiskFailsForAWhile_FrameIsHandledAfterwards()
    {
        Cell cell = network.NextCell();
        int calls = 0;
        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PartyBus hub = network.Join(cell.Hub, (_, _) =>
        {
            if (Interlocked.Increment(ref calls) <= 5)
            {
                throw new IOException("No space left on device");
            }

            handled.TrySetResult();
            return Task.FromResult(Delivery.Accepted);
        });
        await using PartyBus bank = network.Join(cell.Bank, Ignore);
        await hub.StartAsync(Cancellation);
        await bank.StartAsync(Cancellation);

        await bank.SendAsync(cell.Hub, new byte[] { 1 }, Cancellation);

        await handled.Task.WaitAsync(Limit, Cancellation);
        Assert.Empty(await network.DeadLettersAsync(cell.Hub));
    }

    [Fact]
    public async Task Send_InsideATrace_HandlerRunsInTheSameTrace()
    {
        Cell cell = network.NextCell();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Instruments.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        var arrived = new TaskCompletionSource<(ActivityContext Frame, ActivityTraceId Current)>(
            TaskCreationOptions.RunContinuationsAsynchronously);
        await using PartyBus hub = network.Join(cell.Hub, (frame, _) =>
        {
            arrived.TrySetResult((frame.Trace, Activity.Current?.TraceId ?? default));
            return Task.FromResult(Delivery.Accepted);
        });
        await using PartyBus bank = network.Join(cell.Bank, Ignore);
        await hub.StartAsync(Cancellation);
        await bank.StartAsync(Cancellation);

        using Activity round = Instruments.Activities.StartActivity("round")!;
        await bank.SendAsync(cell.Hub, new byte[] { 1 }, Cancellation);

        (ActivityContext frame, ActivityTraceId current) = await arrived.Task.WaitAsync(Limit, Cancellation);
        Assert.Equal(round.TraceId, frame.TraceId);
        Assert.Equal(round.TraceId, current);
    }

    [Fact]
    public async Task Handler_Slower_ThanItsSender_HoldsNoMoreThanPrefetched()
    {
        const int Frames = 300;
        Cell cell = network.NextCell();
        var limits = new BusLimits { Prefetch = 8, Concurrency = 2 };
        var gate = new SemaphoreSlim(0);
        int atWork = 0, most = 0, handled = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PartyBus hub = network.Join(cell.Hub, async (_, cancellation) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref atWork));
            await gate.WaitAsync(cancellation);
            Interlocked.Decrement(ref atWork);
            if (Interlocked.Increment(ref handled) == Frames)
            {
                all.TrySetResult();
            }

            return Delivery.Accepted;
        }, limits);
        await using PartyBus bank = network.Join(cell.Bank, Ignore);
        await hub.StartAsync(Cancellation);
        await bank.StartAsync(Cancellation);

        Task[] sends = [.. Enumerable.Range(0, Frames).Select(_ => bank.SendAsync(cell.Hub, new byte[1 << 16], Cancellation))];
        gate.Release(Frames);
        await Task.WhenAll(sends).WaitAsync(Limit, Cancellation);
        await all.Task.WaitAsync(Limit, Cancellation);

        Assert.True(most <= new BusLimits().Concurrency, $"{most} at once");
        Assert.Equal(Frames, handled);
    }

    private protected async Task<IReadOnlyList<DeadLetter>> WaitForDeadLettersAsync(PartyId party, int count)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            IReadOnlyList<DeadLetter> letters = await network.DeadLettersAsync(party);
            if (letters.Count >= count)
            {
                return letters;
            }

            await Task.Delay(20, limit.Token);
        }
    }

    private protected static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (value > seen)
        {
            int before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
