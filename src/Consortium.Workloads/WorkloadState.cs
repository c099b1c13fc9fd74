using Consortium.Learning.Models;
using Consortium.Learning.Models.Files;
using Consortium.Protocol.Messages;

namespace Consortium.Workloads;

/// <summary>
/// Where a session's workload stands: all that its plan and the sums released so far tell. Immutable, and identical at every
/// bank.
/// </summary>
public abstract class WorkloadState
{
    /// <summary>The state's canonical bytes. They are made once.</summary>
    public abstract ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Digest of <see cref="Bytes"/>.</summary>
    public abstract StateDigest Digest { get; }

    /// <summary>What the next round asks of each bank; null when the workload is finished.</summary>
    public abstract RoundRequest? Request { get; }

    public bool IsFinished => Request is null;

    /// <summary>What came of the banks' vote on the result, as the protocol reports it; null where there was none.</summary>
    public virtual VoteTally? Vote => null;

    /// <summary>The next state: a pure function of this one, of the sum and of how many banks it is of.</summary>
    /// <exception cref="InvalidOperationException">The workload is finished.</exception>
    /// <exception cref="ArgumentException">No contributions within the request's bounds have this sum.</exception>
    public abstract WorkloadState Advance(ReadOnlySpan<long> sum, int cohort);

    /// <summary>
    /// The model that a finished session gives its banks; null where there is none, or the banks did not adopt it.
    /// </summary>
    /// <param name="session">The session that made it.</param>
    /// <param name="rounds">Rounds that it completed.</param>
    public virtual ModelFile? ResultOf(SessionId session, int rounds) => null;
}
