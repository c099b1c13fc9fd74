using Consortium.Hosting.Bus;
using Consortium.Hosting.Health;

namespace Consortium.Hosting.Daemons;

/// <summary>
/// What sets the participant, the aggregator and the key holder apart: all else of a daemon is <see cref="Daemon"/>.
/// </summary>
public interface IRole
{
    /// <summary>Does what the saved sessions owe after a restart. Called once, before anything is received.</summary>
    Task RestartAsync(CancellationToken cancellationToken);

    /// <summary>A <see cref="FrameHandler"/>.</summary>
    Task<Delivery> HandleAsync(Frame frame, CancellationToken cancellationToken);

    /// <summary>Works until cancelled: watches the time, computes what takes long. Failing ends the daemon.</summary>
    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>How the role stands, for <c>/ready</c>. Quick.</summary>
    HealthItem Inspect();
}
