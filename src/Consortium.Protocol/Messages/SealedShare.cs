using System.Collections.Immutable;

namespace Consortium.Protocol.Messages;

/// <summary>What holds of every sealed key share and share-sum: an envelope of 8,192 bytes of share and a little more.</summary>
public static class SealedShare
{
    /// <summary>No sealed share is longer.</summary>
    public const int MaximumBytes = 16 * 1024;

    /// <summary>What the envelope of a key share is for.</summary>
    public const string SharePurpose = "consortium/1/key-share";

    /// <summary>What the envelope of a share-sum is for.</summary>
    public const string SumPurpose = "consortium/1/share-sum";

    internal static ImmutableArray<Digest> Digests(ImmutableArray<ReadOnlyMemory<byte>> items) =>
        [.. items.Select(item => Digest.Of(item.Span))];
}
