using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Consortium.Cryptography;
using Consortium.Cryptography.Ballots;
using Consortium.Cryptography.Identity;
using Consortium.Hosting.Secrets;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Rounds;

/// <summary>Counts the votes of a round that its key holders released.</summary>
internal sealed class BallotOpener(ConsortiumConfiguration configuration, SessionSecrets secrets, PartyId self)
{
    /// <param name="released">Let in by the gate, of a cohort that the session takes.</param>
    public SumOpening Open(AggregateReleased released)
    {
        AttemptId attempt = released.Cohort.Statement.Attempt;
        using Instruments.Work work = Instruments.Measure("open", attempt);
        var count = new BallotCount(configuration.Threshold);
        foreach (Signed<UpdateManifest> manifest in released.Ballots)
        {
            if (!SealedBallot.TryCheck(manifest, configuration.Threshold, out CheckedBallot? ballot, out string? problem))
            {
                return new SumOpening.Spoiled($"'{manifest.Sender}' voted by {problem}, and key holders released the vote.");
            }

            count.Add(ballot);
        }

        var sums = new List<BallotShareSum>();
        var wrong = ImmutableArray.CreateBuilder<Signed<ShareSumManifest>>();
        try
        {
            for (int i = 0; i < released.ShareSums.Length; i++)
            {
                if (TryUnseal(released.SealedSums[i], released.ShareSums[i].Sender, attempt, count, out BallotShareSum? sum))
                {
                    sums.Add(sum);
                }
                else if (released.Cohort.Statement.Has(self))
                {
                    wrong.Add(released.ShareSums[i]);
                }
            }

            return sums.Count >= configuration.Threshold
                ? new SumOpening.Opened([.. count.Open(sums).Select(votes => (long)votes)], wrong.ToImmutable())
                : new SumOpening.Spoiled(
                    $"Only {sums.Count} share-sums are those of the ballots, of {configuration.Threshold} needed; not those of "
                    + $"{string.Join(", ", wrong.Select(manifest => manifest.Sender))}.");
        }
        finally
        {
            sums.ForEach(sum => sum.Dispose());
        }
    }

    private bool TryUnseal(
        ReadOnlyMemory<byte> envelope, PartyId sender, AttemptId attempt, BallotCount count,
        [NotNullWhen(true)] out BallotShareSum? sum)
    {
        sum = null;
        EnvelopeContext context = SealedBallot.SumContext(attempt, configuration.Find(sender)!.Identity);
        if (!secrets.TryOpenSum(sender, envelope.Span, context, out byte[]? plaintext))
        {
            return false;
        }

        try
        {
            BallotShareSum read = BallotShareSum.Decode(configuration.IndexOfKeyHolder(sender) + 1, plaintext);
            if (count.Fits(read))
            {
                sum = read;
                return true;
            }

            read.Dispose();
            return false; // named as wrong by the caller
        }
        catch (MalformedDataException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }
}
