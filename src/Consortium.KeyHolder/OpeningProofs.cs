using System.Security.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Proofs;
using Consortium.Cryptography.Sharing;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.KeyHolder;

/// <summary>
/// Judges banks' opening proofs for a place where a sum does not open. What is opened for it is erased at once.
/// </summary>
internal sealed class OpeningProofs(Party party)
{
    private readonly int _holder = party.Configuration.IndexOfKeyHolder(party.Id) + 1;

    /// <summary>The verdict, to be signed.</summary>
    /// <param name="relayed">Let in by the gate: all parts are of one dispute.</param>
    /// <param name="plan">The session's.</param>
    /// <param name="secret">The one with the bank; null when there is none.</param>
    public OpeningProofJudged Judge(OpeningProofRelayed relayed, SessionPlan plan, SessionSecret? secret)
    {
        OpeningProofManifest proof = relayed.OpeningProof.Statement;
        using Instruments.Work work = Instruments.Measure("judge", proof.Attempt);
        string? problem = Why(relayed, plan, secret);
        return new OpeningProofJudged
        {
            Attempt = proof.Attempt,
            CohortDigest = proof.CohortDigest,
            Place = proof.Place,
            Bank = relayed.OpeningProof.Sender,
            OpeningProofDigest = relayed.OpeningProof.Digest,
            Holds = problem is null,
            Detail = problem ?? string.Empty,
        };
    }

    private string? Why(OpeningProofRelayed relayed, SessionPlan plan, SessionSecret? secret)
    {
        OpeningProofManifest proof = relayed.OpeningProof.Statement;
        PublicIdentity sender = party.Configuration.Find(relayed.OpeningProof.Sender)!.Identity;
        using KeyShare? keyShare = SealedShare.Open(
            relayed.SealedKeyShare.Span, relayed.Update.Statement, sender, secret, _holder,
            party.Configuration.Threshold);
        if (keyShare is null)
        {
            return "its key share does not open, or does not belong with the others";
        }

        if (!SealedShare.TryOpen(
            relayed.SealedShare.Span, secret, SealedOpeningProof.ShareContext(proof.Attempt, sender), out byte[]? share))
        {
            return "the sealed part of its opening proof does not open";
        }

        try
        {
            var statement = new OpeningStatement(
                relayed.Update.Statement.Shape.LayoutFor(plan),
                AttemptSeed.Of(proof.Attempt),
                proof.Place,
                relayed.Chunk,
                party.Configuration.Threshold,
                party.Configuration.KeyHolders.Length);
            byte[] challenge = SealedOpeningProof.Challenge(
                relayed.Update.Digest, proof.CohortDigest, proof.Place, proof.SealedShareDigests).ToArray();
            return OpeningProofCheck.Why(statement, _holder, keyShare, share, challenge, proof.Proof.Span) is { } why
                ? $"its ciphertext is not under the key it shared, or holds what is out of range ({why.TrimEnd('.')})"
                : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(share);
        }
    }
}
