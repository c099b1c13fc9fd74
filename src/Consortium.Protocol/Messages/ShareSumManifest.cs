using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A key holder released its sum of the cohort's key shares, sealed to each of the session's participants.
/// </summary>
public sealed record ShareSumManifest : IStatement<ShareSumManifest>
{
    public static MessageType Type => MessageType.ShareSumManifest;

    public static string Domain => "consortium/1/share-sum-manifest";

    public static PartyRole Signer => PartyRole.KeyHolder;

    public required AttemptId Attempt { get; init; }

    public required CohortDigest CohortDigest { get; init; }

    /// <summary>Digest of the share-sum sealed to each participant, in the plan's order.</summary>
    public required ImmutableArray<Digest> SealedSumDigests { get; init; }

    public ConsortiumDigest Consortium => Attempt.Consortium;


    public static ShareSumManifest Read(ref CanonicalReader reader) => new()
    {
        Attempt = reader.Attempt(),
        CohortDigest = new CohortDigest(reader.Digest()),
        SealedSumDigests = Lists.Digests(ref reader, reader.Limits.Participants, "sealed share-sums"),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Attempt(Attempt);
        writer.Digest(CohortDigest.Value);
        Lists.Write(writer, SealedSumDigests);
    }
}
