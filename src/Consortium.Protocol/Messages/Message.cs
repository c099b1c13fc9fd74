using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Anything that travels between parties, ciphertext apart. Either a <see cref="Signed{T}"/> statement alone, or signed
/// statements with attachments that their digests bind; so whoever relays a message can neither change nor invent any part of it.
/// </summary>
public abstract record Message
{
    private protected Message()
    {
    }

    public abstract MessageType Type { get; }

    /// <summary>Who signed the message's main statement.</summary>
    public abstract PartyId Sender { get; }

    /// <summary>Digest of the main statement: what a rejection names.</summary>
    public abstract Digest Digest { get; }

    /// <summary>The session that this is about; null when the message is malformed and names none.</summary>
    public SessionId? Session => MessageTable.Of(this).SessionOf(this);

    /// <summary>The attempt that this is about; null when it is about a session as a whole, or malformed.</summary>
    public AttemptId? Attempt => MessageTable.Of(this).AttemptOf(this);

    internal abstract void Write(CanonicalWriter writer);
}
