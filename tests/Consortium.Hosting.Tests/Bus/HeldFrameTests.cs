using Consortium.Hosting.Bus;
using Consortium.Testing;

namespace Consortium.Hosting.Tests.Bus;

/// <summary>A frame that cannot be finished goes back to the broker before the broker loses patience.</summary>
[Collection(ImpatientCollection.Name)]
public sealed class HeldFrameTests(ImpatientBroker impatient)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Handler_DiskFailsForLongerThanTheBrokerWaits_GoesBackAndIsHandledOnceTheDiskIsBack()
    {
        var cell = Cell.Number(0);
        bool fails = true;
        int arrived = 0;
        await using PartyBus hub = impatient.Join(
            cell.Hub,
            (_, _) => Volatile.Read(ref fails)
                ? throw new IOException("no space")
                : Count(ref arrived),
            new BusLimits { HandlingLimit = TimeSpan.FromSeconds(1) });
        await using PartyBus bank = impatient.Join(cell.Bank);
        await hub.StartAsync(Cancellation);
        await bank.StartAsync(Cancellation);

        await bank.SendAsync(cell.Hub, new byte[] { 1 }, Cancellation);
        await Task.Delay(TimeSpan.FromSeconds(2 * ImpatientBroker.Seconds), Cancellation);
        Assert.True(hub.State.IsReady, hub.State.Description);
        Volatile.Write(ref fails, false);
        await Wait.UntilAsync(() => Volatile.Read(ref arrived) == 1, Cancellation, ImpatientBroker.Limit);

        Assert.DoesNotContain(
            impatient.Broker.Log().Split('\n'),
            line => line.Contains("Channel error", StringComparison.Ordinal)
                && line.Contains($"'{cell.Hub}'", StringComparison.Ordinal));
    }

    private static Task<Delivery> Count(ref int arrived)
    {
        Interlocked.Increment(ref arrived);
        return Task.FromResult(Delivery.Accepted);
    }

    [Fact]
    public async Task Handler_NeverReturns_LosesItsConsumerAndThePartyReadsAgain()
    {
        var cell = Cell.Number(1);
        int begun = 0;
        var stuck = new TaskCompletionSource<Delivery>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PartyBus hub = impatient.Join(
            cell.Hub,
            (_, _) => Interlocked.Increment(ref begun) == 1 ? stuck.Task : Task.FromResult(Delivery.Accepted),
            new BusLimits { Concurrency = 1, Prefetch = 1 });
        await using PartyBus bank = impatient.Join(cell.Bank);
        await hub.StartAsync(Cancellation);
        await bank.StartAsync(Cancellation);

        await bank.SendAsync(cell.Hub, new byte[] { 1 }, Cancellation);
        await Wait.UntilAsync(() => !hub.State.IsReady, Cancellation, ImpatientBroker.Limit);
        stuck.SetResult(Delivery.Accepted); // too late: the broker has given the frame up
        await Wait.UntilAsync(() => hub.State.IsReady, Cancellation, ImpatientBroker.Limit);
        await bank.SendAsync(cell.Hub, new byte[] { 2 }, Cancellation);
        await Wait.UntilAsync(() => Volatile.Read(ref begun) == 3, Cancellation, ImpatientBroker.Limit);
    }
}
