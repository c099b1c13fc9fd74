using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Which session: the digest of its signed plan. Two plans are two sessions, so nobody can be shown two plans of one session.
/// </summary>
public readonly record struct SessionId(Digest Value)
{
    public override string ToString() => Value.ToString();
}
