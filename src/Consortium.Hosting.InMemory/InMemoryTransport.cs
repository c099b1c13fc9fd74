using Consortium.Hosting.Bus;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.InMemory;

/// <summary>
/// One party's way into an <see cref="InMemoryNetwork"/>. One process trusts itself: the header's sender is the publisher.
/// </summary>
internal sealed class InMemoryTransport(InMemoryNetwork network, PartyId self, BusLimits limits, BusSurroundings surroundings)
    : ITransport
{
    /// <summary>A frame that its receiver could not finish comes again, but not at once for ever.</summary>
    private static readonly TimeSpan ReturnDelay = TimeSpan.FromMilliseconds(50);

    private readonly FrameQueue _own = network.QueueOf(self);
    private readonly CancellationTokenSource _stopping = new();
    private Task[] _receivers = [];

    public BusState State => _receivers.Length == 0 ? new BusState(false, "not started") : new BusState(true, "in memory");

    public Task StartAsync(FrameReceiver receive, CancellationToken cancellationToken)
    {
        _receivers =
            [.. Enumerable.Range(0, limits.Concurrency).Select(
                _ => Task.Run(() => ReceiveAsync(receive), CancellationToken.None))];
        return Task.CompletedTask;
    }

    /// <summary>One process, one reader.</summary>
    public Task<int> CountReadersAsync(CancellationToken cancellationToken) => Task.FromResult(0);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_receivers).WaitAsync(cancellationToken);
    }

    public Task SendAsync(PartyId to, ReadOnlyMemory<byte> body, FrameHeaders headers, CancellationToken cancellationToken) =>
        network.HasRoute(self, to)
            ? network.QueueOf(to).AddAsync(new ReceivedFrame(body, self, headers), cancellationToken)
            : throw new BusException($"{self} may not send to '{to}', or there is no such party.");

    public Task DeadLetterAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        network.Keep(self, letter);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _stopping.Dispose();
    }

    private async Task ReceiveAsync(FrameReceiver receive)
    {
        while (true)
        {
            ReceivedFrame frame;
            try
            {
                frame = await _own.TakeAsync(_stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                await receive(frame);
                _own.Done();
            }
            catch (Exception) // the receiver has said why; whatever it was, the frame comes again
            {
                await Task.Delay(ReturnDelay, surroundings.Time, _stopping.Token).ConfigureAwait(
                    ConfigureAwaitOptions.SuppressThrowing);
                _own.Return(frame);
            }
        }
    }
}
