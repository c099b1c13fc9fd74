using System.Collections.Immutable;
using System.Security.Cryptography;
using Consortium.Cryptography;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Proofs;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sharing;
using Consortium.Hosting.Secrets;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Rounds;

/// <summary>Opens the sums of one session that its key holders released.</summary>
/// <param name="self">Whose opener it is.</param>
/// <param name="sharing">To how many key holders the cohort's updates are sealed, as far as this bank knows.</param>
internal sealed class SumOpener(
    SessionPlan plan, ConsortiumConfiguration configuration, SessionSecrets secrets, PartyId self, int sharing)
{
    /// <param name="released">Let in by the gate, of a cohort that the session takes.</param>
    /// <param name="frames">All chunks of the sum in order, each of the digest that the cohort binds.</param>
    public SumOpening Open(AggregateReleased released, IReadOnlyList<ChunkFrame> frames)
    {
        Cohort cohort = released.Cohort.Statement;
        if (cohort.Shape.IsBallot)
        {
            return new BallotOpener(configuration, secrets, self).Open(released);
        }

        using Instruments.Work work = Instruments.Measure("open", cohort.Attempt);
        if (!TagsAddUp(released, frames))
        {
            return new SumOpening.WrongSum(
                $"The tags that the banks signed do not add up to that of the sum of {cohort.Attempt}: "
                    + $"'{released.Cohort.Sender}', the aggregator, passes off another sum than that of the updates, or released "
                    + "it with a tag that is not of its bank's chunks. Nothing was opened; the audit tells which.");
        }

        var sums = new List<ShareSum>();
        var manifests = new Dictionary<int, Signed<ShareSumManifest>>();
        var wrong = ImmutableArray.CreateBuilder<Signed<ShareSumManifest>>();
        try
        {
            for (int i = 0; i < released.ShareSums.Length; i++)
            {
                Signed<ShareSumManifest> manifest = released.ShareSums[i];
                int holder = configuration.IndexOfKeyHolder(manifest.Sender) + 1;
                if (TryUnseal(released.SealedSums[i], manifest.Sender, holder, cohort.Attempt, out ShareSum? sum))
                {
                    sums.Add(sum);
                    manifests.Add(holder, manifest);
                }
                else if (cohort.Has(self))
                {
                    wrong.Add(manifest); // of others it may be that this bank still lacks what opens it
                }
            }

            if (sums.Count < configuration.Threshold)
            {
                return new SumOpening.Spoiled(
                    $"Only {sums.Count} share-sums open, of {configuration.Threshold} needed; not those of {Names(wrong)}.");
            }

            return Open(cohort, frames, sums, manifests, wrong);
        }
        finally
        {
            sums.ForEach(sum => sum.Dispose());
        }
    }

    private bool TagsAddUp(AggregateReleased released, IReadOnlyList<ChunkFrame> frames)
    {
        using SumTagger tagger = CohortSeed.CreateTagger(released.Cohort, plan);
        try
        {
            foreach (ChunkFrame frame in frames)
            {
                tagger.Add(frame);
            }
        }
        catch (MalformedDataException)
        {
            return false; // the sum of well-formed chunks is well-formed
        }

        return tagger.ToTag().Equals(SumTag.Sum(released.Tags.Select(tag => tag.Statement.Tag)));
    }

    private SumOpening Open(
        Cohort cohort,
        IReadOnlyList<ChunkFrame> frames,
        List<ShareSum> sums,
        Dictionary<int, Signed<ShareSumManifest>> manifests,
        ImmutableArray<Signed<ShareSumManifest>>.Builder wrong)
    {
        SlotLayout layout = cohort.Shape.LayoutFor(plan);
        var shamir = new ShamirSharing(configuration.Threshold, configuration.KeyHolders.Length);
        bool Fits(ReadOnlySpan<short> candidate) => FitsFirstChunk(candidate, cohort, layout, frames[0]);
        switch (shamir.Reconstruct(sums, Fits))
        {
            case Reconstruction.Found found:
                using (found.Secret)
                {
                    wrong.AddRange(found.WrongHolders.Select(holder => manifests[holder]));
                    return OpenAll(found.Secret.Coefficients, cohort, layout, frames, wrong.ToImmutable());
                }

            default:
                return OpenByAgreement(cohort, frames, sums, shamir, wrong) ?? new SumOpening.Spoiled(
                    $"The share-sums of {Names(manifests.Values)} do not give a key that fits the sum: one of them is wrong, or "
                    + "a bank shared no key. "
                    + "More share-sums would tell which.");
        }
    }

    /// <summary>
    /// No key that the share-sums give fits the sum; but where there are more of them than needed, or no more can come, and they
    /// agree with each other, it is not they that are wrong. Then the sum tells where it does not open.
    /// </summary>
    private SumOpening? OpenByAgreement(
        Cohort cohort,
        IReadOnlyList<ChunkFrame> frames,
        List<ShareSum> sums,
        ShamirSharing shamir,
        ImmutableArray<Signed<ShareSumManifest>>.Builder wrong)
    {
        if ((sums.Count > shamir.Threshold || sums.Count == sharing)
            && shamir.Reconstruct(sums) is Reconstruction.Found agreed)
        {
            using (agreed.Secret)
            {
                return OpenAll(agreed.Secret.Coefficients, cohort, cohort.Shape.LayoutFor(plan), frames, wrong.ToImmutable());
            }
        }

        return null;
    }

    private static SumOpening OpenAll(
        ReadOnlySpan<short> coefficients, Cohort cohort, SlotLayout layout, IReadOnlyList<ChunkFrame> frames,
        ImmutableArray<Signed<ShareSumManifest>> wrong)
    {
        using KeySum? key = TryKeySum(coefficients, cohort.Members.Length);
        if (key is null)
        {
            return new SumOpening.Spoiled(
                "What the share-sums give is no sum of the cohort's keys: a bank shared a key that is none.",
                new DisputedPlace(DisputedPlace.KeySum, KeySum.FirstBeyondBound(coefficients, cohort.Members.Length)!.Value));
        }

        using var opener = new Opener(key, layout, AttemptSeed.Of(cohort.Attempt));
        long[] sum = new long[cohort.Shape.Values];
        ulong[] values = new ulong[layout.ValuesPerChunk];
        int chunk = 0;
        foreach (ChunkFrame frame in frames)
        {
            for (int i = 0; i < frame.Count; i++, chunk++)
            {
                if (TryOpenChunk(opener, frame.Chunk(i).Span, chunk, values) is var (detail, coefficient))
                {
                    return new SumOpening.Spoiled(
                        $"Chunk {chunk} of the sum does not open: {detail}",
                        coefficient is int at ? new DisputedPlace(chunk, at) : null);
                }

                int start = chunk * layout.ValuesPerChunk;
                values.AsSpan(0, Math.Min(values.Length, sum.Length - start))
                    .CopyTo(System.Runtime.InteropServices.MemoryMarshal.Cast<long, ulong>(sum.AsSpan(start)));
            }
        }

        return new SumOpening.Opened(sum, wrong);
    }

    /// <summary>Null when it opened, else why not, and at which coefficient.</summary>
    private static (string Detail, int? Coefficient)? TryOpenChunk(
        Opener opener, ReadOnlySpan<byte> wire, int chunk, ulong[] values)
    {
        try
        {
            return opener.Open(wire, chunk, values) switch
            {
                ChunkOpening.Opened => null,
                ChunkOpening.NoiseTooStrong noise =>
                    ($"its noise is of mean square {noise.MeanSquare:F0}, at most {noise.Limit:F0} is the cohort's.",
                        noise.Coefficient),
                ChunkOpening.NoiseTooLarge noise =>
                    ($"a coefficient's noise is {noise.Magnitude}, at most {noise.Limit} is the cohort's.", noise.Coefficient),
                ChunkOpening.SumOutOfRange beyond =>
                    ($"value {beyond.Value} is {beyond.Sum}, beyond {beyond.Limit}: a bank sent a value out of range.",
                        beyond.Coefficient),
                ChunkOpening.DoesNotMatch mismatch => (mismatch.Reason, null),
                var other => (other.ToString(), null),
            };
        }
        catch (MalformedDataException malformed)
        {
            return (malformed.Message, null);
        }
    }

    /// <summary>A sum out of range is a bank's doing, not a key holder's: the key fits all the same.</summary>
    private static bool FitsFirstChunk(ReadOnlySpan<short> candidate, Cohort cohort, SlotLayout layout, ChunkFrame first)
    {
        using KeySum? key = TryKeySum(candidate, cohort.Members.Length);
        if (key is null)
        {
            return false;
        }

        using var opener = new Opener(key, layout, AttemptSeed.Of(cohort.Attempt));
        try
        {
            return opener.Open(first.Chunk(0).Span, 0, new ulong[layout.ValuesPerChunk])
                is ChunkOpening.Opened or ChunkOpening.SumOutOfRange;
        }
        catch (MalformedDataException)
        {
            return false; // no key fits bytes that are no chunk: reported as spoiled
        }
    }

    private static KeySum? TryKeySum(ReadOnlySpan<short> coefficients, int banks)
    {
        try
        {
            return new KeySum(coefficients, banks);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null; // a coefficient beyond any honest sum: not the key
        }
    }

    private bool TryUnseal(
        ReadOnlyMemory<byte> envelope, PartyId sender, int holder, AttemptId attempt,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ShareSum? sum)
    {
        sum = null;
        EnvelopeContext context = SealedShare.ShareSumContext(attempt, configuration.Find(sender)!.Identity);
        if (!secrets.TryOpenSum(sender, envelope.Span, context, out byte[]? plaintext))
        {
            return false;
        }

        try
        {
            sum = ShareSum.Decode(holder, RnsBasis.Degree, plaintext);
            return true;
        }
        catch (MalformedDataException)
        {
            return false; // named as wrong by the caller
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static string Names(IEnumerable<Signed<ShareSumManifest>> manifests) =>
        string.Join(", ", manifests.Select(manifest => manifest.Sender));
}
