using System.Collections.Immutable;
using Consortium.Cryptography.Identity;

namespace Consortium.Protocol.Messages;

/// <summary>What holds of every sealed key share and share-sum: an envelope of 8,192 bytes of share and a little more.</summary>
public static class SealedShare
{
    /// <summary>No sealed share is longer.</summary>
    public const int MaximumBytes = 16 * 1024;

    private const string SharePurpose = "consortium/1/key-share";
    private const string SumPurpose = "consortium/1/share-sum";

    /// <summary>
    /// The context to seal a key share under, and to open it under. The sender is whoever signed the manifest: a share that one bank
    /// copies from another's update does not open as its own.
    /// </summary>
    public static EnvelopeContext KeyShareContext(AttemptId attempt, PublicIdentity participant) => Context(attempt, participant, SharePurpose);

    /// <summary>The context to seal a share-sum under, and to open it under.</summary>
    public static EnvelopeContext ShareSumContext(AttemptId attempt, PublicIdentity keyHolder) => Context(attempt, keyHolder, SumPurpose);

    internal static ImmutableArray<Digest> Digests(ImmutableArray<ReadOnlyMemory<byte>> items) =>
        [.. items.Select(item => Digest.Of(item.Span))];

    private static EnvelopeContext Context(AttemptId attempt, PublicIdentity sender, string purpose) => new()
    {
        Consortium = attempt.Consortium.Value.ToArray(),
        Session = attempt.Session.Value.ToArray(),
        Round = attempt.Round.Value,
        Attempt = attempt.Attempt.Value,
        Sender = sender,
        Purpose = purpose,
    };
}
