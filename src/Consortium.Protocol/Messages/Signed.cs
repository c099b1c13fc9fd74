using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A statement with its sender's signature. Holding one proves nothing: <see cref="MessageGate"/> checks it.
/// </summary>
public sealed record Signed<T> : Message
    where T : class, IStatement<T>
{
    private static readonly byte[] NoSignature = new byte[HybridSignature.Length];

    private Signed(PartyId sender, T statement, ReadOnlyMemory<byte> signature)
    {
        Sender = sender;
        Statement = statement;
        Signature = signature;
        Digest = Digest.Of(SignedBytes(sender, statement));
    }

    public override MessageType Type => T.Type;

    public override PartyId Sender { get; }

    public T Statement { get; }

    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>
    /// Digest of what was signed: domain, sender and statement, but not the signature, of which there can be many.
    /// </summary>
    public override Digest Digest { get; }

    public static Signed<T> Create(PartyId sender, T statement, PrivateIdentity identity) =>
        new(sender, statement, identity.Sign(SignedBytes(sender, statement)));

    /// <summary>The same signer said the same, under the same signature.</summary>
    public bool Equals(Signed<T>? other) =>
        other is not null && Digest == other.Digest && Signature.Span.SequenceEqual(other.Signature.Span);

    public override int GetHashCode() => Digest.GetHashCode();

    /// <summary>What the signature is over: the domain, the sender and the statement's canonical bytes.</summary>
    public static byte[] SignedBytes(PartyId sender, T statement)
    {
        var writer = new CanonicalWriter();
        writer.Ascii(T.Domain);
        writer.Party(sender);
        statement.Write(writer);
        return writer.ToArray();
    }

    /// <summary>A statement whose signature nobody has made or checked: what the simulation runs on.</summary>
    internal static Signed<T> Unchecked(PartyId sender, T statement) => new(sender, statement, NoSignature);

    internal static Signed<T> Read(ref CanonicalReader reader)
    {
        PartyId sender = reader.Party();
        T statement = T.Read(ref reader);
        int at = reader.Offset;
        int length = reader.UInt16();
        return length == HybridSignature.Length
            ? new Signed<T>(sender, statement, reader.Raw(length, "a signature"))
            : throw reader.Malformed(at, $"a signature of {HybridSignature.Length} bytes", $"one of {length}");
    }

    internal bool IsSignedBy(PublicIdentity identity) => identity.Verify(SignedBytes(Sender, Statement), Signature.Span);

    internal override void Write(CanonicalWriter writer)
    {
        writer.Party(Sender);
        Statement.Write(writer);
        writer.UInt16(Signature.Length);
        writer.Raw(Signature.Span);
    }
}
