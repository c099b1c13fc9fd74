using Consortium.Adversary.Tests.Stepped;
using Consortium.Hosting.Bus;
using Consortium.Participant.Rounds;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.Adversary.Tests;

/// <summary>A bank that follows the protocol to the letter, and sends numbers of its choice.</summary>
internal static class DishonestBank
{
    /// <summary>
    /// Has <paramref name="bank"/>, which runs no daemon, answer every round of a session as soon as the first other bank has.
    /// </summary>
    /// <param name="vector">What it sends where so many values of so many levels are asked for.</param>
    /// <param name="sharesAnotherKey">Whether the key that it shares is another than the one that encrypts.</param>
    /// <param name="ballot">What it votes by; null for an honest ballot of its numbers.</param>
    public static void Play(
        SteppedConsortium consortium, Signed<SessionPlan> plan, PartyId bank, Func<UpdateShape, long[]> vector,
        bool sharesAnotherKey = false, Func<UpdateManifest, UpdateSubmitted>? ballot = null)
    {
        var configuration = consortium.Folder.Configuration;
        var answered = new Dictionary<AttemptId, IReadOnlyList<byte[]>>();
        consortium.Join(bank, (_, _) => Task.FromResult(Delivery.Accepted));
        consortium.Network.Route = letter =>
        {
            Message? message = letter.IsChunks ? null : MessageCodec.Decode(letter.Body, configuration.Limits);
            if (message is Signed<Cohort> cohort && letter.To == bank
                && answered.TryGetValue(cohort.Statement.Attempt, out IReadOnlyList<byte[]>? sent))
            {
                UpdateTag tag = TestTag.Of(
                    plan.Statement, cohort, sent.Select(frame => ChunkFrame.Decode(frame, configuration.Limits)));
                return
                [
                    letter, new Letter(bank, consortium.AggregatorId, MessageCodec.Encode(consortium.Folder.Sign(bank, tag))),
                ];
            }

            if (message is not UpdateSubmitted { Manifest.Statement: { } honest }
                || honest.Attempt.Session.Value != plan.Digest
                || answered.ContainsKey(honest.Attempt))
            {
                return [letter];
            }

            if (honest.Shape.IsBallot && ballot is not null)
            {
                return [letter, new Letter(bank, consortium.AggregatorId, MessageCodec.Encode(ballot(honest)))];
            }

            long[] values = vector(honest.Shape);
            (UpdateSubmitted update, IReadOnlyList<byte[]> frames) = sharesAnotherKey
                ? UpdateOfTwoKeys.Create(
                    consortium.Folder, bank, plan.Statement, honest.Attempt, honest.StartedFrom, honest.Shape, values,
                    honest.SessionKeys, consortium.SecretsOf(bank, honest.Attempt.Session))
                : Encrypt(consortium, bank, plan.Statement, honest, values);
            answered.Add(honest.Attempt, frames);
            return
            [
                letter,
                new Letter(bank, consortium.AggregatorId, MessageCodec.Encode(update)),
                .. frames.Select(frame => new Letter(bank, consortium.AggregatorId, frame)),
            ];
        };
    }

    private static (UpdateSubmitted Message, IReadOnlyList<byte[]> Frames) Encrypt(
        SteppedConsortium consortium, PartyId bank, SessionPlan plan, UpdateManifest asked, long[] values)
    {
        EncryptedUpdate update = EncryptedUpdate.Create(
            values, asked.Shape, asked.Attempt, asked.StartedFrom, plan, consortium.Folder.Configuration, bank,
            consortium.Folder.IdentityOf(bank), asked.SessionKeys, consortium.SecretsOf(bank, asked.Attempt.Session));
        return (update.Message, update.Frames);
    }
}
