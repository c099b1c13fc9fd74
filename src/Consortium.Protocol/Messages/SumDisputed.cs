using Consortium.Cryptography.Proofs;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A bank could not open a sum, though the key holders' share-sums agree with each other, and says where: one coefficient of one
/// chunk, or of the sum of keys. When most members say the same, each of them proves its opening there.
/// </summary>
public sealed record SumDisputed : IStatement<SumDisputed>
{
    public static MessageType Type => MessageType.SumDisputed;

    public static string Domain => "consortium/1/sum-disputed";

    public static PartyRole Signer => PartyRole.Participant;

    public required AttemptId Attempt { get; init; }

    public required CohortDigest CohortDigest { get; init; }

    /// <summary>Where the sum does not open.</summary>
    public required DisputedPlace Place { get; init; }

    public ConsortiumDigest Consortium => Attempt.Consortium;

    public static SumDisputed Read(ref CanonicalReader reader) => new()
    {
        Attempt = reader.Attempt(),
        CohortDigest = new CohortDigest(reader.Digest()),
        Place = reader.Place(),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Attempt(Attempt);
        writer.Digest(CohortDigest.Value);
        writer.Place(Place);
    }
}
