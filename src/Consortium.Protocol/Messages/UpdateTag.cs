using Consortium.Cryptography.Encryption;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A bank's word on the tag of its own update under the digest of the cohort that it is summed in. The tags of all members add up
/// to that of their sum, and to that of no other.
/// </summary>
public sealed record UpdateTag : IStatement<UpdateTag>
{
    public static MessageType Type => MessageType.UpdateTag;

    public static string Domain => "consortium/1/update-tag";

    public static PartyRole Signer => PartyRole.Participant;

    public required AttemptId Attempt { get; init; }

    public required CohortDigest CohortDigest { get; init; }

    /// <summary>Made by <see cref="CohortSeed.CreateTagger"/> from the chunks that the bank sent.</summary>
    public required SumTag Tag { get; init; }

    public ConsortiumDigest Consortium => Attempt.Consortium;

    public static UpdateTag Read(ref CanonicalReader reader) => new()
    {
        Attempt = reader.Attempt(),
        CohortDigest = new CohortDigest(reader.Digest()),
        Tag = reader.Tag(),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Attempt(Attempt);
        writer.Digest(CohortDigest.Value);
        writer.Tag(Tag);
    }
}
