using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Sampling;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Workloads;

namespace Consortium.Benchmarks.Privacy;

/// <summary>What drawing noise costs beside encryption, on one pinned thread.</summary>
internal static class NoiseFigures
{
    /// <summary>A wide one, as a tree's sums have: its cost does not depend on it.</summary>
    private const long Variance = 1L << 44;

    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(800);

    public static void Measure(FigureReport report)
    {
        Benchmarks.Measure.PinToOneProcessor();
        PublicSeed seed = PublicSeed.Derive(new byte[PublicSeed.Size], new byte[PublicSeed.Size], 1, 1);
        SlotLayout layout = SlotLayout.For(12, 1ul << 40);
        using SecretKey key = SecretKey.Generate(RandomSource.OperatingSystem);
        using var encryptor = new Encryptor(key, layout, seed, RandomSource.OperatingSystem);
        using var gaussian = new ExactGaussian(Variance, RandomSource.OperatingSystem);
        var values = new ulong[layout.ValuesPerChunk];
        var noise = new long[values.Length];
        var noisy = new ulong[values.Length];
        var wire = new byte[WireChunk.Size];
        Array.Fill(values, 1ul << 39);
        double without = Nanoseconds(layout, () => encryptor.Encrypt(values, wire));
        double with = Nanoseconds(layout, () =>
        {
            gaussian.Sample(noise);
            for (int i = 0; i < noisy.Length; i++)
            {
                noisy[i] = values[i] + (ulong)noise[i];
            }

            encryptor.Encrypt(noisy, wire);
        });
        report.Add("noise_ns_per_value", Nanoseconds(layout, () => gaussian.Sample(noise)));
        report.Add("encrypt_ns_per_40_bit_value", without);
        report.Add("encrypt_with_noise_over_without_full_chunk", with / without);
        MeasureRound(report, seed);
    }

    /// <summary>A bank's part of the default plan's round as it makes it: drawing, adding and encrypting.</summary>
    private static void MeasureRound(FigureReport report, PublicSeed seed)
    {
        TrainingPlan plan = NoisyLearner.Plan(FeatureExtractor.Schema, epsilon: 8, cap: 0, banks: 12, BoostingSettings.ForNoise);
        RoundRequest request = TrainingState.Begin(plan).Request!.Value;
        SlotLayout layout = SlotLayout.For(12, (ulong)request.Levels);
        var values = new ulong[request.Length];
        var noise = new long[values.Length / 2];
        var noisy = new ulong[values.Length];
        var wire = new byte[WireChunk.Size];
        Array.Fill(values, (ulong)request.Levels / 2);
        var source = new ExactNoise();
        double without = Benchmarks.Measure.MedianSeconds(() => Encrypt(values), Budget);
        double with = Benchmarks.Measure.MedianSeconds(
            () =>
            {
                for (int kind = 0; kind < 2; kind++)
                {
                    source.Sample(request.Noise!.Variances[kind], noise);
                    for (int i = 0; i < noise.Length; i++)
                    {
                        noisy[(2 * i) + kind] = values[(2 * i) + kind] + (ulong)noise[i];
                    }
                }

                Encrypt(noisy);
            },
            Budget);
        report.Add("round_values", values.Length);
        report.Add("encrypt_round_us", without * 1e6);
        report.Add("encrypt_with_noise_over_without", with / without, "<= 1.3");

        void Encrypt(ReadOnlySpan<ulong> vector)
        {
            using SecretKey key = SecretKey.Generate(RandomSource.OperatingSystem);
            using var encryptor = new Encryptor(key, layout, seed, RandomSource.OperatingSystem);
            encryptor.Encrypt(vector, wire);
        }
    }

    private static double Nanoseconds(SlotLayout layout, Action chunk) =>
        1e9 / layout.ValuesPerChunk * Benchmarks.Measure.MedianSeconds(chunk, Budget);
}
