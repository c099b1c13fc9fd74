using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A bank agrees a secret with one key holder before it has an update for it: it may have missed rounds, in a session of changing
/// cohort, and needs their sums first. The same agreement stands before everything that the bank seals to that key holder.
/// </summary>
public sealed record SecretAgreed : IStatement<SecretAgreed>
{
    public static MessageType Type => MessageType.SecretAgreed;

    public static string Domain => "consortium/1/secret-agreed";

    public static PartyRole Signer => PartyRole.Participant;

    public required ConsortiumDigest Consortium { get; init; }

    public required SessionId Session { get; init; }

    public required PartyId Holder { get; init; }

    public required ReadOnlyMemory<byte> Agreement { get; init; }

    public static SecretAgreed Read(ref CanonicalReader reader) => new()
    {
        Consortium = reader.Consortium(),
        Session = reader.Session(),
        Holder = reader.Party(),
        Agreement = reader.Raw(SessionSecret.AgreementLength, "an agreement"),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Digest(Consortium.Value);
        writer.Digest(Session.Value);
        writer.Party(Holder);
        writer.Raw(Agreement.Span);
    }
}
