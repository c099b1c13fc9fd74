using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A key holder shows what a bank sealed to it as a share of its ballot, which is none: the bytes, and the key that the bank
/// committed to. With an earlier update of the bank it makes a <see cref="RevealedShare"/>.
/// </summary>
public sealed record BallotKeyRevealed : IStatement<BallotKeyRevealed>
{
    public static MessageType Type => MessageType.BallotKeyRevealed;

    public static string Domain => "consortium/1/ballot-key-revealed";

    public static PartyRole Signer => PartyRole.KeyHolder;

    public required AttemptId Attempt { get; init; }

    /// <summary>Of the ballot's manifest.</summary>
    public required Digest Ballot { get; init; }

    public required ReadOnlyMemory<byte> Key { get; init; }

    public required ReadOnlyMemory<byte> Sealed { get; init; }

    public ConsortiumDigest Consortium => Attempt.Consortium;

    public static BallotKeyRevealed Read(ref CanonicalReader reader) => new()
    {
        Attempt = reader.Attempt(),
        Ballot = reader.Digest(),
        Key = reader.Raw(BallotKey.Length, "a ballot key"),
        Sealed = reader.Bytes(SealedShare.MaximumBytes, "a sealed ballot share"),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Attempt(Attempt);
        writer.Digest(Ballot);
        writer.Raw(Key.Span);
        writer.Bytes(Sealed.Span);
    }
}
