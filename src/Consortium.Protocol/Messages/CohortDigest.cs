using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>
/// One cohort of one attempt, with every member's manifest and the sum's digest: what key holders approve and release for.
/// </summary>
public readonly record struct CohortDigest(Digest Value)
{
    public override string ToString() => Value.ToString();
}
