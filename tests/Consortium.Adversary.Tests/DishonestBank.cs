using Consortium.Adversary.Tests.Stepped;
using Consortium.Hosting.Bus;
using Consortium.Participant.Rounds;
using Consortium.Protocol.Messages;

namespace Consortium.Adversary.Tests;

/// <summary>A bank that follows the protocol to the letter, and sends numbers of its choice.</summary>
internal static class DishonestBank
{
    /// <summary>Has <paramref name="bank"/>, which runs no daemon, answer every round of a session as soon as the first other bank has.</summary>
    /// <param name="vector">What it sends where so many values of so many levels are asked for.</param>
    /// <param name="sharesAnotherKey">Whether the key that it shares is another than the one that encrypts.</param>
    public static void Play(SteppedConsortium consortium, Signed<SessionPlan> plan, PartyId bank, Func<UpdateShape, long[]> vector, bool sharesAnotherKey = false)
    {
        var configuration = consortium.Folder.Configuration;
        var answered = new HashSet<AttemptId>();
        consortium.Join(bank, (_, _) => Task.FromResult(Delivery.Accepted));
        consortium.Network.Route = letter =>
        {
            if (letter.IsChunks
                || MessageCodec.Decode(letter.Body, configuration.Limits) is not UpdateSubmitted { Manifest.Statement: { } honest }
                || honest.Attempt.Session.Value != plan.Digest
                || !answered.Add(honest.Attempt))
            {
                return [letter];
            }

            EncryptedUpdate Create() => EncryptedUpdate.Create(
                vector(honest.Shape), honest.Shape, honest.Attempt, honest.StartedFrom, plan.Statement, configuration, bank, consortium.Folder.IdentityOf(bank));
            EncryptedUpdate update = sharesAnotherKey ? WithSharesOf(Create(), Create(), consortium, bank) : Create();
            return
            [
                letter,
                new Letter(bank, consortium.AggregatorId, MessageCodec.Encode(update.Message)),
                .. update.Frames.Select(frame => new Letter(bank, consortium.AggregatorId, frame)),
            ];
        };
    }

    /// <summary>The ciphertext of one update with the key's shares of another, in good order and signed.</summary>
    private static EncryptedUpdate WithSharesOf(EncryptedUpdate update, EncryptedUpdate other, SteppedConsortium consortium, PartyId bank)
    {
        UpdateManifest shares = other.Message.Manifest.Statement;
        Signed<UpdateManifest> manifest = consortium.Folder.Sign(
            bank, update.Message.Manifest.Statement with { SealedShares = shares.SealedShares, SharingProof = shares.SharingProof });
        return update with
        {
            Message = update.Message with { Manifest = manifest, SealedShares = other.Message.SealedShares },
            Frames = [.. update.Frames.Select(frame => (ChunkFrame.Decode(frame, consortium.Folder.Configuration.Limits) with { Source = manifest.Digest }).Encode())],
        };
    }
}
