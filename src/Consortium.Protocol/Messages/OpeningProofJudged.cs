using Consortium.Cryptography.Proofs;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>A key holder's verdict on a bank's opening proof for a disputed place.</summary>
public sealed record OpeningProofJudged : IStatement<OpeningProofJudged>
{
    public static MessageType Type => MessageType.OpeningProofJudged;

    public static string Domain => "consortium/1/opening-proof-judged";

    public static PartyRole Signer => PartyRole.KeyHolder;

    public required AttemptId Attempt { get; init; }

    public required CohortDigest CohortDigest { get; init; }

    public required DisputedPlace Place { get; init; }

    /// <summary>Whose opening proof it was.</summary>
    public required PartyId Bank { get; init; }

    /// <summary>Digest of the opening proof's signed manifest.</summary>
    public required Digest OpeningProofDigest { get; init; }

    /// <summary>At this place the bank's ciphertext is under the key it shared, and its values are in range.</summary>
    public required bool Holds { get; init; }

    /// <summary>For people: why it does not hold; empty when it does.</summary>
    public required string Detail { get; init; }

    public ConsortiumDigest Consortium => Attempt.Consortium;

    public static OpeningProofJudged Read(ref CanonicalReader reader) => new()
    {
        Attempt = reader.Attempt(),
        CohortDigest = new CohortDigest(reader.Digest()),
        Place = reader.Place(),
        Bank = reader.Party(),
        OpeningProofDigest = reader.Digest(),
        Holds = reader.UInt8(0, 1, "whether an opening proof holds") == 1,
        Detail = reader.Text(),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Attempt(Attempt);
        writer.Digest(CohortDigest.Value);
        writer.Place(Place);
        writer.Party(Bank);
        writer.Digest(OpeningProofDigest);
        writer.UInt8(Holds ? 1 : 0);
        writer.Text(Detail);
    }
}
