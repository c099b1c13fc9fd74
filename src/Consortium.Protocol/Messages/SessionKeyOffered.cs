using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A key holder offers the key that banks agree secrets under in one session. It draws one for each session, signs no other for
/// it, and erases it when the session ends.
/// </summary>
public sealed record SessionKeyOffered : IStatement<SessionKeyOffered>
{
    public static MessageType Type => MessageType.SessionKeyOffered;

    public static string Domain => "consortium/1/session-key";

    public static PartyRole Signer => PartyRole.KeyHolder;

    public required ConsortiumDigest Consortium { get; init; }

    public required SessionId Session { get; init; }

    public required PublicSessionKey Key { get; init; }

    public static SessionKeyOffered Read(ref CanonicalReader reader) => new()
    {
        Consortium = reader.Consortium(),
        Session = reader.Session(),
        Key = PublicSessionKey.Decode(reader.Raw(PublicSessionKey.EncodedLength, "a session key").Span),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Digest(Consortium.Value);
        writer.Digest(Session.Value);
        writer.Raw(Key.Encode());
    }
}
