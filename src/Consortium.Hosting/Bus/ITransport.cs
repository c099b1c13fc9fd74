using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Bus;

/// <summary>
/// How one party's frames get out and in, and who vouches for their senders. One instance a party. What every transport must hold
/// is one suite of tests, <c>PartyBusSuite</c>.
/// </summary>
public interface ITransport : IAsyncDisposable
{
    /// <summary>Whether the connection stands and frames are sent and received; asked often, so quick.</summary>
    BusState State { get; }

    /// <summary>
    /// Connects, and hands every message to <paramref name="receive"/> from then on, as many at once as
    /// <see cref="BusLimits.Concurrency"/>.
    /// </summary>
    /// <exception cref="BusException">The broker does not let this party in, however long one waits.</exception>
    Task StartAsync(FrameReceiver receive, CancellationToken cancellationToken);

    /// <summary>How many read this party's queue. Before <see cref="StartAsync"/> these are others only.</summary>
    /// <exception cref="BusException">The broker does not let this party in.</exception>
    Task<int> CountReadersAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Ends receiving: waits for receivers that are at work, and leaves the rest to be delivered again. Sending goes on.
    /// </summary>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Sends once. Returns when the frame is safe at the recipient's queue; throws when that is not known, and the caller sends
    /// again. The bytes must not change any more: within one process the recipient gets this very memory.
    /// </summary>
    /// <exception cref="BusException">This party may not send to <paramref name="to"/>, or there is no such party.</exception>
    Task SendAsync(PartyId to, ReadOnlyMemory<byte> body, FrameHeaders headers, CancellationToken cancellationToken);

    /// <summary>Keeps a frame that this party rejects in its own dead-letter queue; returns when it is safe there.</summary>
    Task DeadLetterAsync(DeadLetter letter, CancellationToken cancellationToken);
}
