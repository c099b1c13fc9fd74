namespace Consortium.Hosting.Bus;

/// <summary>
/// Handles one frame. It is acknowledged to the broker only after the returned task completed, so everything that must outlive a
/// crash is durable by then. The same frame may come again at any time. Called concurrently up to
/// <see cref="BusLimits.Concurrency"/>.
/// </summary>
public delegate Task<Delivery> FrameHandler(Frame frame, CancellationToken cancellationToken);
