using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Consortium.Cryptography;
using Consortium.Cryptography.Ballots;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>What holds of every bank's ballot, and of its sealed shares and share-sums.</summary>
public static class SealedBallot
{
    private const string ChallengeLabel = "consortium/2/ballot-challenge";
    private const string SharePurpose = "consortium/1/ballot-share";
    private const string SumPurpose = "consortium/1/ballot-share-sum";

    /// <summary>The context to seal a ballot's share under, and to open it under.</summary>
    public static EnvelopeContext ShareContext(AttemptId attempt, PublicIdentity participant) =>
        SealedShare.Context(attempt, participant, SharePurpose);

    /// <summary>The context to seal a share-sum of ballots under, and to open it under.</summary>
    public static EnvelopeContext SumContext(AttemptId attempt, PublicIdentity keyHolder) =>
        SealedShare.Context(attempt, keyHolder, SumPurpose);

    /// <summary>
    /// What a ballot's proof must answer: whoever votes cannot know it before all is sealed, and nobody can vote by a copy.
    /// </summary>
    /// <param name="manifest">The ballot's, of which everything counts but the proof.</param>
    /// <param name="participant">Whose ballot it is.</param>
    public static Digest Challenge(UpdateManifest manifest, PartyId participant)
    {
        var writer = new CanonicalWriter();
        writer.Ascii(ChallengeLabel);
        writer.Party(participant);
        writer.Attempt(manifest.Attempt);
        writer.Digest(manifest.StartedFrom.Value);
        Lists.Write(writer, manifest.SessionKeys);
        Lists.Write(writer, manifest.SealedShareDigests);
        return Digest.Of(writer.Written);
    }

    /// <summary>Whether a bank's ballot is one, as everybody finds who looks.</summary>
    public static bool TryCheck(
        Signed<UpdateManifest> manifest, int threshold, [NotNullWhen(true)] out CheckedBallot? ballot,
        [NotNullWhen(false)] out string? problem) =>
        CheckedBallot.TryCheck(
            threshold, Challenge(manifest.Statement, manifest.Sender).ToArray(), manifest.Statement.SharingProof.Span, out ballot,
            out problem);

    /// <summary>What a key holder does with a ballot's share that a bank sealed to it.</summary>
    /// <param name="envelope">The sealed share; its digest is the manifest's.</param>
    /// <param name="manifest">Signed by a bank.</param>
    /// <param name="configuration">Names the bank, and says how many holders it takes.</param>
    /// <param name="key">The key holder's with that bank; null when they agreed none.</param>
    /// <param name="holder">The key holder's number, from 1.</param>
    /// <returns>The share, to be disposed; null when the ballot is none, or this is not its share.</returns>
    public static BallotShare? Open(
        ReadOnlySpan<byte> envelope, Signed<UpdateManifest> manifest, ConsortiumConfiguration configuration,
        BallotKey? key, int holder)
    {
        EnvelopeContext context = ShareContext(manifest.Statement.Attempt, configuration.Find(manifest.Sender)!.Identity);
        if (key is null
            || envelope.Length < SessionSecret.AgreementLength
            || !TryCheck(manifest, configuration.Threshold, out CheckedBallot? ballot, out _)
            || !key.TryOpen(
                envelope[SessionSecret.AgreementLength..], configuration.KeyHolders[holder - 1].Identity, context,
                out byte[]? encoded))
        {
            return null;
        }

        try
        {
            return BallotShare.TryDecode(holder, ballot, encoded, out BallotShare? share) ? share : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(encoded);
        }
    }
}
