using System.Collections.Immutable;
using Consortium.Hosting.Secrets;
using Consortium.Participant.Rounds;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Testing;

/// <summary>An update in good order and signed, but for one thing: it is encrypted under another key than it shares.</summary>
public static class UpdateOfTwoKeys
{
    /// <summary>The message and the frames of such an update.</summary>
    public static (UpdateSubmitted Message, IReadOnlyList<byte[]> Frames) Create(
        ConsortiumFolder consortium, PartyId bank, SessionPlan plan, AttemptId attempt, StateDigest startedFrom,
        UpdateShape shape, ReadOnlySpan<long> vector, ImmutableArray<Digest> keys, SessionSecrets secrets)
    {
        EncryptedUpdate update = Encrypt(consortium, bank, plan, attempt, startedFrom, shape, vector, keys, secrets);
        return (update.Message, update.Frames);
    }

    /// <summary>The same with the key that encrypted, as a bank keeps it: what it accounts with is not what it shared.</summary>
    internal static EncryptedUpdate Encrypt(
        ConsortiumFolder consortium, PartyId bank, SessionPlan plan, AttemptId attempt, StateDigest startedFrom,
        UpdateShape shape, ReadOnlySpan<long> vector, ImmutableArray<Digest> keys, SessionSecrets secrets)
    {
        EncryptedUpdate update = EncryptedUpdate.Create(
            vector, shape, attempt, startedFrom, plan, consortium.Configuration, bank, consortium.IdentityOf(bank),
            keys, secrets);
        EncryptedUpdate other = EncryptedUpdate.Create(
            vector, shape, attempt, startedFrom, plan, consortium.Configuration, bank, consortium.IdentityOf(bank),
            keys, secrets);
        UpdateManifest shares = other.Message.Manifest.Statement;
        Signed<UpdateManifest> manifest = consortium.Sign(
            bank,
            update.Message.Manifest.Statement with
            {
                SealedShareDigests = shares.SealedShareDigests,
                SharingProof = shares.SharingProof,
            });
        return update with
        {
            Message = update.Message with { Manifest = manifest, SealedShares = other.Message.SealedShares },
            Frames =
                [.. update.Frames.Select(
                    frame =>
                        (ChunkFrame.Decode(frame, consortium.Configuration.Limits) with { Source = manifest.Digest }).Encode())],
        };
    }
}
