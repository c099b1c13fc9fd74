using System.Collections.Immutable;
using Consortium.Cryptography.Proofs;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;
using Consortium.Protocol.Sessions;

namespace Consortium.Protocol.Tests.Simulation;

/// <summary>
/// Sums that a bank spoils: what members prove about them, and what key holders find. A proof holds if its update is not spoilt.
/// </summary>
internal sealed partial class World
{
    private static readonly DisputedPlace Place = new(0, 7);

    private readonly HashSet<Digest> _spoilt = [];
    private readonly Dictionary<PartyId, ImmutableArray<OpeningProofSubmitted>> _proofs = [];
    private readonly Dictionary<(PartyId Bank, PartyId Holder), OpeningProofSubmitted> _keptProofs = [];
    private readonly HashSet<(PartyId Bank, PartyId Holder)> _named = [];

    /// <summary>Every key holder that judges honestly found that the first bank spoilt the sum, and the operator knows.</summary>
    private bool IsSpoilerNamed => _holders.Values.All(
        holder => _named.Contains((Scenario.BankId(0), holder.Holder)) || (_named.Count > 0 && IsKeyless(holder)));

    /// <summary>Whether a key holder offered its key too late for the attempt that is disputed.</summary>
    private bool IsKeyless(KeyHolderSession holder) => _aggregator?.Round.SessionKeys.Contains(holder.Key) == false;

    private void ProveOpening(PartyId bank)
    {
        SumDisputed disputed = _banks[bank].Disputed!;
        Signed<OpeningProofManifest> manifest = Say(bank, new OpeningProofManifest
        {
            Attempt = disputed.Attempt,
            CohortDigest = disputed.CohortDigest,
            Place = disputed.Place,
            SealedShareDigests = [],
            Proof = Mix(default, ++_nonce, 0).ToArray(),
        });
        _proofs[bank] =
            [.. _configuration.KeyHolders.Select(
                holder => new OpeningProofSubmitted { Manifest = manifest, Holder = holder.Id, SealedShare = default })];
        Step<ParticipantSession, ParticipantEffect> step = _banks[bank].Proved(manifest.Digest);
        _banks[bank] = step.State;
        Do(bank, step.Effects);
    }

    private void Relay(AggregatorEffect.RelayOpeningProof relay)
    {
        Digest update = relay.Cohort.Statement.Members.Single(member => member.Participant == relay.Bank).ManifestDigest;
        Send(relay.Holder, new OpeningProofRelayed
        {
            Dispute = _aggregator!.Round.Dispute!.Agreed!,
            OpeningProof = _keptProofs[(relay.Bank, relay.Holder)].Manifest,
            SealedShare = default,
            Update = _manifests.Single(manifest => manifest.Digest == update),
            SealedKeyShare = default,
            ChunkDigests = [],
            Chunk = default,
        });
    }

    private void Judge(PartyId holder, OpeningProofRelayed relayed)
    {
        if (!relayed.Update.Statement.SessionKeys.Contains(_holders[holder].Key))
        {
            return;
        }

        OpeningProofManifest proof = relayed.OpeningProof.Statement;
        Send(Aggregator, Say(holder, new OpeningProofJudged
        {
            Attempt = proof.Attempt,
            CohortDigest = proof.CohortDigest,
            Place = proof.Place,
            Bank = relayed.OpeningProof.Sender,
            OpeningProofDigest = relayed.OpeningProof.Digest,
            Holds = !_spoilt.Contains(relayed.Update.Digest),
            Detail = string.Empty,
        }));
    }

    private void CheckVerdict(Signed<OpeningProofJudged> judged)
    {
        OpeningProofJudged verdict = judged.Statement;
        if (verdict.Holds == (_scenario.SpoilingBank && verdict.Bank == Scenario.BankId(0)))
        {
            Broken(3, $"{judged.Sender} finds that the proof of {verdict.Bank} {(verdict.Holds ? "holds" : "fails")}");
        }

        if (!verdict.Holds)
        {
            _named.Add((verdict.Bank, judged.Sender));
        }
    }
}
