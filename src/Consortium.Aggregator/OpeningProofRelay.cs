using Consortium.Cryptography.Proofs;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;
using Consortium.Protocol.Sessions;

namespace Consortium.Aggregator;

/// <summary>
/// Sends a key holder what it needs to judge an opening proof: the proof, and what the aggregator keeps of the bank's update.
/// </summary>
internal sealed class OpeningProofRelay(Party party, Func<Action<SessionTransaction>, CancellationToken, Task> act)
{
    private MessageLimits Limits => party.Configuration.Limits;

    public async Task RelayAsync(Work.Relay work, CancellationToken cancellationToken)
    {
        var digest = new CohortDigest(work.Cohort.Digest);
        int index = party.Configuration.IndexOfKeyHolder(work.Holder);
        (DisputeRelayed? dispute, OpeningProofSubmitted? proof, UpdateSubmitted? update, byte[]? keyShare,
            IReadOnlyList<StoredFrame> frames) = await party.Database.ReadAsync(
            state =>
            {
                Digest source = work.Cohort.Statement.Members.Single(member => member.Participant == work.Bank).ManifestDigest;
                return (AgreedDispute(state, work.Cohort), OpeningProofTable.Find(state, digest, work.Bank, work.Holder, Limits),
                    Archive.FindUpdate(state, source, Limits), Archive.FindSealedShare(state, source, index),
                    Archive.Frames(state, source, work.Bank));
            },
            cancellationToken);
        if (dispute is null || proof is null || update is null || keyShare is null)
        {
            return; // deleted meanwhile
        }

        int chunk = dispute.Place.Chunk;
        ReadOnlyMemory<byte> bytes = default;
        if (chunk != DisputedPlace.KeySum)
        {
            StoredFrame stored = frames.First(
                frame => frame.IsChecked && frame.First <= chunk && chunk < frame.First + frame.Count);
            byte[] encoded = await party.Blobs.ReadAsync(stored.Blob, cancellationToken);
            bytes = ChunkFrame.Decode(encoded, Limits).Chunk(chunk - stored.First);
        }

        var relayed = new OpeningProofRelayed
        {
            Dispute = dispute,
            OpeningProof = proof.Manifest,
            SealedShare = proof.SealedShare,
            Update = update.Manifest,
            SealedKeyShare = keyShare,
            ChunkDigests = update.ChunkDigests,
            Chunk = bytes,
        };
        await act(transaction => transaction.Send(relayed, work.Holder), cancellationToken);
    }

    /// <summary>What most members agreed on, while the cohort is the one that the session's newest round released.</summary>
    private DisputeRelayed? AgreedDispute(StateTransaction state, Signed<Cohort> cohort) =>
        SessionTable.Find(state, cohort.Statement.Attempt.Session) is { } encoded
        && SessionState.DecodeAggregator(encoded, party.Configuration).Round.Dispute is { } dispute
        && dispute.Cohort.Digest == cohort.Digest
            ? dispute.Agreed
            : null;
}
