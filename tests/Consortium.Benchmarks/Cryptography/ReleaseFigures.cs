using System.Buffers.Binary;
using System.Security.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Sharing;

namespace Consortium.Benchmarks.Cryptography;

/// <summary>
/// One key holder's work for one release: verify each participant's manifest, open each participant's share, sum, and seal the sum to
/// each participant. A manifest binds its chunks by one digest, so what the model's size changes is that digest's value.
/// </summary>
internal static class ReleaseFigures
{
    private const int Banks = 100;
    private const int Coefficients = 4096;
    private const int ValuesPerChunk = 5 * Coefficients;
    private const int Holders = 3;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(3);

    public static void Measure(FigureReport report)
    {
        report.Add("release_ms_100_banks", MillisecondsFor(values: 1_000_000), "<= 150");
        report.Add("release_ms_100_banks_10m_values", MillisecondsFor(values: 10_000_000), "<= 150, and as above");
    }

    internal static EnvelopeContext ContextOf(PublicIdentity sender, string purpose) => new()
    {
        Consortium = new byte[EnvelopeContext.ConsortiumLength],
        Session = new byte[EnvelopeContext.MinimumSessionLength],
        Round = 1,
        Attempt = 1,
        Sender = sender,
        Purpose = purpose,
    };

    private static double MillisecondsFor(int values)
    {
        using PrivateIdentity holder = PrivateIdentity.Generate("holder-1");
        using var random = RandomNumberGenerator.Create();
        var sharing = new ShamirSharing(threshold: 2, Holders);
        Submission[] submissions = [.. Enumerable.Range(0, Banks).Select(bank => Submit(bank, values, sharing, holder.Public, random))];
        return Benchmarks.Measure.MedianSeconds(() => Release(holder, submissions), Budget) * 1e3;
    }

    private static void Release(PrivateIdentity holder, Submission[] submissions)
    {
        using var sum = new ShareSum(1, Coefficients);
        foreach (Submission submission in submissions)
        {
            if (!submission.Sender.Verify(submission.Manifest, submission.Signature)
                || !Envelope.TryOpen(submission.Envelope, holder, ContextOf(submission.Sender, "key share"), out byte[]? share))
            {
                throw new InvalidOperationException("What is measured does not work.");
            }

            sum.Add(share);
            CryptographicOperations.ZeroMemory(share);
        }

        byte[] released = sum.Encode();
        EnvelopeContext context = ContextOf(holder.Public, "share-sum");
        foreach (Submission submission in submissions)
        {
            Envelope.Seal(released, submission.Sender, context);
        }
    }

    private static Submission Submit(int number, int values, ShamirSharing sharing, PublicIdentity holder, RandomNumberGenerator random)
    {
        using PrivateIdentity bank = PrivateIdentity.Generate($"bank-{number}");
        KeyShare[] shares = sharing.Split(new short[Coefficients], random);
        byte[] envelope = Envelope.Seal(shares[0].Encode(), holder, ContextOf(bank.Public, "key share"));
        byte[] manifest = Manifest(values, envelope);
        return new Submission(bank.Public, manifest, bank.Sign(manifest), envelope);
    }

    /// <summary>Label, context, counts, the digest of all chunk digests, and one digest for each holder's envelope.</summary>
    private static byte[] Manifest(int values, byte[] envelope)
    {
        int chunks = (values + ValuesPerChunk - 1) / ValuesPerChunk;
        byte[] digests = RandomNumberGenerator.GetBytes(chunks * SHA256.HashSizeInBytes);
        byte[] manifest = new byte[128 + SHA256.HashSizeInBytes * (1 + Holders)];
        BinaryPrimitives.WriteInt32LittleEndian(manifest.AsSpan(120), values);
        BinaryPrimitives.WriteInt32LittleEndian(manifest.AsSpan(124), chunks);
        SHA256.HashData(digests, manifest.AsSpan(128));
        SHA256.HashData(envelope, manifest.AsSpan(128 + SHA256.HashSizeInBytes));
        return manifest;
    }

    private sealed record Submission(PublicIdentity Sender, byte[] Manifest, byte[] Signature, byte[] Envelope);
}
