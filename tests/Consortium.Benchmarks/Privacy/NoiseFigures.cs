using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Sampling;

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
        report.Add("random_ns_per_16_bytes", Nanoseconds(layout, () =>
            RandomSource.OperatingSystem.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(noise.AsSpan()))) * 2);
        report.Add("encrypt_ns_per_40_bit_value", without);
        report.Add("encrypt_with_noise_over_without", with / without, "<= 1.3");
    }

    private static double Nanoseconds(SlotLayout layout, Action chunk) =>
        1e9 / layout.ValuesPerChunk * Benchmarks.Measure.MedianSeconds(chunk, Budget);
}
