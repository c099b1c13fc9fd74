using Consortium.Primitives;

namespace Consortium.Protocol.Configuration;

/// <summary>
/// Which consortium: the digest of its configuration. Every statement names it, so that members who disagree on the rules never
/// get as far as a round.
/// </summary>
public readonly record struct ConsortiumDigest(Digest Value)
{
    public override string ToString() => Value.ToString();
}
