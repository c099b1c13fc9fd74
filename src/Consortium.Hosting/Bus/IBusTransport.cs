using Consortium.Protocol.Messages;
using MassTransit;

namespace Consortium.Hosting.Bus;

/// <summary>What differs between the broker and one process: how frames get out and in, and who vouches for a sender.</summary>
internal interface IBusTransport : IAsyncDisposable
{
    /// <summary>Connects, and receives with <paramref name="consumer"/> from then on.</summary>
    /// <exception cref="BusException">The broker will not have this party, whatever the patience.</exception>
    Task StartAsync(FrameConsumer consumer, CancellationToken cancellationToken);

    /// <summary>How many read this party's queue. Asked before <see cref="StartAsync"/>, it counts others only.</summary>
    Task<int> CountReadersAsync(CancellationToken cancellationToken);

    /// <summary>Ends receiving: waits for handlers that are at work, and leaves the rest to be delivered again.</summary>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>Returns when the frame is safe with the broker.</summary>
    Task SendAsync(PartyId to, FrameMessage frame, Action<SendContext> write, CancellationToken cancellationToken);

    /// <summary>Keeps <paramref name="frame"/> in this party's own dead-letter queue.</summary>
    Task DeadLetterAsync(FrameMessage frame, Action<SendContext> write, CancellationToken cancellationToken);

    /// <summary>Who published this message, as far as the transport knows; null when it does not say.</summary>
    PartyId? PublisherOf(PipeContext received);

    /// <summary>Whether the connection to the broker stands and frames are received.</summary>
    BusState State { get; }
}
