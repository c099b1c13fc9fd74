namespace Consortium.Learning.Models;

/// <summary>
/// One bank's side of a family's training: turns a state's request and the bank's rows into the integers to contribute. Work done
/// for earlier
/// rounds may be kept, but must be checked against the state: a session may be taken up at any state. Not thread-safe.
/// </summary>
public abstract class LocalStep
{
    /// <summary>Writes the bank's part of the round that <paramref name="state"/> asks for.</summary>
    /// <param name="state">A state of the family, with a request.</param>
    /// <param name="contribution">Zeros, as many as the request has entries.</param>
    public abstract void Contribute(TrainingState state, Span<long> contribution, CancellationToken cancellationToken);
}
