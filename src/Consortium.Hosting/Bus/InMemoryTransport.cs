using Consortium.Protocol.Messages;
using MassTransit;

namespace Consortium.Hosting.Bus;

/// <summary>One party's way into an <see cref="InMemoryNetwork"/>.</summary>
internal sealed class InMemoryTransport(InMemoryNetwork network, PartyId self) : IBusTransport
{
    private HostReceiveEndpointHandle? _receiving;

    public BusState State => _receiving is null ? new BusState(false, "not started") : new BusState(true, "in memory");

    public async Task StartAsync(FrameConsumer consumer, CancellationToken cancellationToken)
    {
        _receiving = network.Bus.ConnectReceiveEndpoint(BusNames.Queue(self), endpoint =>
        {
            network.Configure(endpoint, consumer);
            endpoint.UseFilter(new RoomFilter(network.RoomOf(self)));
        });
        await _receiving.Ready.WaitAsync(cancellationToken);
        network.Receiving(self).TrySetResult();
    }

    /// <summary>One process, one reader.</summary>
    public Task<int> CountReadersAsync(CancellationToken cancellationToken) => Task.FromResult(0);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_receiving is not null)
        {
            await _receiving.StopAsync(cancellationToken);
        }
    }

    public async Task SendAsync(PartyId to, FrameMessage frame, Action<SendContext> write, CancellationToken cancellationToken)
    {
        if (!network.HasRoute(self, to))
        {
            throw new BusException($"{self} may not send to '{to}', or there is no such party.");
        }

        await network.Receiving(to).Task.WaitAsync(cancellationToken);
        await network.RoomOf(to).WaitAsync(cancellationToken);
        ISendEndpoint endpoint = await network.Bus.GetSendEndpoint(new Uri($"queue:{BusNames.Queue(to)}"));
        await endpoint.Send(frame, Pipe.Execute<SendContext<FrameMessage>>(write), cancellationToken);
    }

    public Task DeadLetterAsync(FrameMessage frame, Action<SendContext> write, CancellationToken cancellationToken)
    {
        var context = new MassTransit.Context.MessageSendContext<FrameMessage>(frame, cancellationToken);
        write(context);
        network.Keep(self, new DeadLetter(
            context.Headers.Get<string>(FrameHeaders.DeadLetterSender) ?? string.Empty,
            context.Headers.Get<string>(FrameHeaders.DeadLetterReason) ?? string.Empty,
            frame.Body));
        return Task.CompletedTask;
    }

    /// <summary>One process trusts itself: the header is the publisher.</summary>
    public PartyId? PublisherOf(PipeContext received) =>
        received is ReceiveContext context && context.TransportHeaders.Get<string>(FrameHeaders.Sender) is { } name && PartyId.IsValid(name)
            ? new PartyId(name)
            : null;

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    /// <summary>Makes room for a sender that waits, once a frame is done with.</summary>
    private sealed class RoomFilter(SemaphoreSlim room) : IFilter<ConsumeContext>
    {
        public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
        {
            try
            {
                await next.Send(context);
            }
            finally
            {
                room.Release();
            }
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("room");
    }
}
