using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Consortium.Cryptography;
using Consortium.Cryptography.Ballots;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sharing;
using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>
/// What holds of every sealed key share and share-sum: 8,192 bytes of share, masks and a little more, under the secret that a
/// bank and a key holder agreed for the session. Before what a bank seals to a key holder stands the bank's agreement, each time:
/// so a key holder that joins late has it, and a bank is bound to it by its signature.
/// </summary>
public static class SealedShare
{
    /// <summary>No sealed share is longer.</summary>
    public const int MaximumBytes = 16 * 1024;

    /// <summary>No proof that shares belong together, or that a ballot is one, is longer.</summary>
    public static int MaximumProofBytes { get; } = Math.Max(
        SharingProof.Masks * ShamirSharing.MaximumHolders * sizeof(ushort),
        CheckedBallot.EncodedLength(ShamirSharing.MaximumHolders));

    /// <summary>A key's coefficients, then the masks of the proof that the shares belong together.</summary>
    public const int SharedLength = RnsBasis.Degree + SharingProof.Masks;

    private const string ChallengeLabel = "consortium/1/sharing-challenge";
    private const string SharePurpose = "consortium/1/key-share";
    private const string SumPurpose = "consortium/1/share-sum";

    /// <summary>
    /// The context to seal a key share under, and to open it under. The sender is whoever signed the manifest: a share that one
    /// bank copies from another's update does not open as its own.
    /// </summary>
    public static EnvelopeContext KeyShareContext(AttemptId attempt, PublicIdentity participant) =>
        Context(attempt, participant, SharePurpose);

    /// <summary>The context to seal a share-sum under, and to open it under.</summary>
    public static EnvelopeContext ShareSumContext(AttemptId attempt, PublicIdentity keyHolder) =>
        Context(attempt, keyHolder, SumPurpose);

    /// <summary>
    /// What the weights of an update's sharing proof are drawn from: whoever shares cannot know them before all is sealed.
    /// </summary>
    /// <param name="attempt">The attempt that the update is for.</param>
    /// <param name="sealedShares">Digests of all of them, in the configuration's order.</param>
    public static Digest Challenge(AttemptId attempt, ImmutableArray<Digest> sealedShares)
    {
        var writer = new CanonicalWriter();
        writer.Ascii(ChallengeLabel);
        writer.Attempt(attempt);
        Lists.Write(writer, sealedShares);
        return Digest.Of(writer.Written);
    }

    /// <summary>
    /// What a bank sends a key holder: its agreement, then a text sealed under the secret agreed. Empty where they have none.
    /// </summary>
    public static byte[] Seal(
        ReadOnlySpan<byte> agreement, SessionSecret secret, ReadOnlySpan<byte> plaintext, EnvelopeContext context,
        RandomNumberGenerator random) => [.. agreement, .. secret.Seal(plaintext, context, random)];

    /// <summary>The agreement that a bank put before what it sealed; empty when there is none.</summary>
    public static ReadOnlySpan<byte> AgreementOf(ReadOnlySpan<byte> sealedShare) =>
        sealedShare.Length < SessionSecret.AgreementLength ? [] : sealedShare[..SessionSecret.AgreementLength];

    /// <summary>Opens what <see cref="Seal"/> gave.</summary>
    /// <param name="secret">Agreed by what stands before it; null when there is none.</param>
    /// <param name="plaintext">To be erased by the caller.</param>
    public static bool TryOpen(
        ReadOnlySpan<byte> sealedShare, SessionSecret? secret, EnvelopeContext context, [NotNullWhen(true)] out byte[]? plaintext)
    {
        plaintext = null;
        return secret is not null
            && sealedShare.Length >= SessionSecret.AgreementLength
            && secret.TryOpen(sealedShare[SessionSecret.AgreementLength..], context, out plaintext);
    }

    /// <summary>
    /// What a key holder does with a share that a bank sealed to it: opens it, and checks by the manifest's proof that it belongs
    /// with the other key holders' shares.
    /// </summary>
    /// <param name="envelope">The sealed share; its digest is the manifest's.</param>
    /// <param name="manifest">Signed by <paramref name="sender"/>.</param>
    /// <param name="sender">The bank.</param>
    /// <param name="secret">The key holder's with that bank; null when they agreed none.</param>
    /// <param name="holder">The key holder's number, from 1.</param>
    /// <param name="threshold">T.</param>
    /// <returns>The share with its masks, to be disposed; null when it does not open, or is not what was proved.</returns>
    public static KeyShare? Open(
        ReadOnlySpan<byte> envelope, UpdateManifest manifest, PublicIdentity sender, SessionSecret? secret, int holder,
        int threshold)
    {
        if (!TryOpen(envelope, secret, KeyShareContext(manifest.Attempt, sender), out byte[]? encoded))
        {
            return null;
        }

        KeyShare? share = null;
        try
        {
            share = KeyShare.Decode(holder, SharedLength, encoded);
            if (SharingProof.Holds(
                threshold, share, Challenge(manifest.Attempt, manifest.SealedShareDigests).ToArray(), manifest.SharingProof.Span))
            {
                return share;
            }
        }
        catch (MalformedDataException)
        {
            // No share, or no proof: as useless as one that does not open.
        }
        finally
        {
            CryptographicOperations.ZeroMemory(encoded);
        }

        share?.Dispose();
        return null;
    }

    internal static ImmutableArray<Digest> Digests(ImmutableArray<ReadOnlyMemory<byte>> items) =>
        [.. items.Select(item => Digest.Of(item.Span))];

    internal static EnvelopeContext Context(AttemptId attempt, PublicIdentity sender, string purpose) => new()
    {
        Consortium = attempt.Consortium.Value.ToArray(),
        Session = attempt.Session.Value.ToArray(),
        Round = attempt.Round.Value,
        Attempt = attempt.Attempt.Value,
        Sender = sender,
        Purpose = purpose,
    };
}
