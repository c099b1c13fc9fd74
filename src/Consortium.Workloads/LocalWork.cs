namespace Consortium.Workloads;

/// <summary>
/// One bank's side of a session: turns states into contributions. Work done for earlier rounds may be kept. Not thread-safe.
/// </summary>
public abstract class LocalWork
{
    /// <summary>Writes the bank's part of the round that <paramref name="state"/> asks for, in order and to its end.</summary>
    /// <param name="state">A state of the session, with a request.</param>
    /// <param name="contribution">Empty, for the state's request.</param>
    public abstract Task ContributeAsync(WorkloadState state, Contribution contribution, CancellationToken cancellationToken);
}
