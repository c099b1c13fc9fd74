using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>The model's state between two rounds. Banks that hold the same state compute the same next round.</summary>
public readonly record struct StateDigest(Digest Value)
{
    public override string ToString() => Value.ToString();
}
