using Consortium.Cryptography.Ballots;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A ballot's share that a bank sealed to a key holder, with the key that opens it and an earlier update of the bank, which
/// commits to that key. Shows to everybody what the bank sealed, and nothing of what it sealed to others.
/// </summary>
public sealed record RevealedShare
{
    /// <summary>The bank's, of the same session.</summary>
    public required Signed<UpdateManifest> Commitment { get; init; }

    public required PartyId Holder { get; init; }

    /// <summary>The pair's <see cref="BallotKey"/>.</summary>
    public required ReadOnlyMemory<byte> Key { get; init; }

    public required ReadOnlyMemory<byte> Sealed { get; init; }

    public static RevealedShare Read(ref CanonicalReader reader) => new()
    {
        Commitment = Signed<UpdateManifest>.Read(ref reader),
        Holder = reader.Party(),
        Key = reader.Raw(BallotKey.Length, "a ballot key"),
        Sealed = reader.Bytes(SealedShare.MaximumBytes, "a sealed ballot share"),
    };

    public void Write(CanonicalWriter writer)
    {
        Commitment.Write(writer);
        writer.Party(Holder);
        writer.Raw(Key.Span);
        writer.Bytes(Sealed.Span);
    }

    /// <summary>Whether an update commits its bank to this key between it and the key holder at an index.</summary>
    public static bool Commits(UpdateManifest update, int holder, ReadOnlySpan<byte> key)
    {
        if (holder < 0 || holder >= update.BallotKeys.Length || key.Length != BallotKey.Length)
        {
            return false;
        }

        using BallotKey restored = BallotKey.Restore(key);
        return update.BallotKeys[holder] == new Digest(restored.Commit());
    }

    /// <summary>Whether this is of the ballot, and no share of it. Signatures are checked elsewhere.</summary>
    public bool ShowsNoShareOf(Signed<UpdateManifest> ballot, ConsortiumConfiguration configuration)
    {
        int holder = configuration.IndexOfKeyHolder(Holder);
        UpdateManifest manifest = ballot.Statement;
        if (holder < 0
            || configuration.Find(ballot.Sender) is null
            || Commitment.Sender != ballot.Sender
            || Commitment.Statement.Attempt.Session != manifest.Attempt.Session
            || holder >= manifest.SealedShareDigests.Length
            || !SessionKeyList.Has(manifest.SessionKeys, holder)
            || Digest.Of(Sealed.Span) != manifest.SealedShareDigests[holder]
            || !Commits(Commitment.Statement, holder, Key.Span))
        {
            return false;
        }

        using BallotKey key = BallotKey.Restore(Key.Span);
        using BallotShare? share = SealedBallot.Open(Sealed.Span, ballot, configuration, key, holder + 1);
        return share is null;
    }
}
