using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;

namespace Consortium.Benchmarks.Cryptography;

/// <summary>
/// The lattice core on one pinned thread, beside AES-256-GCM and memcpy of the same values and node-seal, all in one run.
/// </summary>
internal static class CryptographyFigures
{
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(800);

    public static void Measure(FigureReport report, FigureOptions options)
    {
        Benchmarks.Measure.PinToOneProcessor();
        Transform(report);
        EncryptAddOpen(report);
        Yardsticks(report);
        report.Add("encrypt_to_aes_gcm_ratio", report["encrypt_ns_per_value"] / report["aes_gcm_ns_per_float32"], "<= 6");
        report.Add("wire_bytes_per_value_10_banks", WireBytes(10, 65536), "<= 2.75");
        report.Add("wire_bytes_per_value_256_banks", WireBytes(256, 65536), "<= 3.45");
        report.Add("wire_bytes_per_15_69_bit_value_256_banks", WireBytes(256, 52_911), "<= 3.45");
        IdentityFigures.Measure(report);
        ReleaseFigures.Measure(report);
        NodeSealFigures.Measure(report);
    }

    private static void Transform(FigureReport report)
    {
        var words = new AlignedWords(RnsBasis.Degree);
        words.Span.Fill(12345);
        foreach (InstructionSet set in InstructionSets.Supported())
        {
            double microseconds =
                1e6 * Benchmarks.Measure.MedianSeconds(() => NumberTheoreticTransform.Forward(words.Span, 0, set), Budget);
            if (set == InstructionSets.Best)
            {
                report.Add("transform_us", microseconds, "<= 5");
                report.Add(
                    "inverse_transform_us",
                    1e6 * Benchmarks.Measure.MedianSeconds(() => NumberTheoreticTransform.Inverse(words.Span, 0, set), Budget));
            }
            else
            {
                report.Add($"transform_us_{set.ToString().ToLowerInvariant()}", microseconds);
            }
        }
    }

    private static void EncryptAddOpen(FigureReport report)
    {
        PublicSeed seed = PublicSeed.Derive(new byte[PublicSeed.Size], new byte[PublicSeed.Size], 1, 1);
        SlotLayout layout = SlotLayout.For(10, 65536);
        var values = new ushort[layout.ValuesPerChunk];
        RandomSource.OperatingSystem.Fill(MemoryMarshal.AsBytes(values.AsSpan()));
        var wire = new byte[WireChunk.Size];
        using (SecretKey key = SecretKey.Generate(RandomSource.OperatingSystem))
        using (var encryptor = new Encryptor(key, layout, seed, RandomSource.OperatingSystem))
        {
            report.Add("encrypt_ns_per_value", PerValue(layout, () => encryptor.Encrypt(values, wire)), "<= 5");
        }

        using SecretKey fresh = SecretKey.Generate(RandomSource.OperatingSystem);
        using var first = new Encryptor(fresh, layout, seed, RandomSource.OperatingSystem);
        first.Encrypt(values, wire);
        var sum = new ChunkSum(layout, 0);
        report.Add(
            "add_ns_per_value",
            PerValue(layout, () =>
            {
                if (sum.Summands == layout.LargestCohort)
                {
                    sum.Restart(0);
                }

                sum.Add(wire);
            }),
            "<= 0.4");

        Tag(report, layout, wire);
        var coefficients = new short[RnsBasis.Degree];
        fresh.CopyCoefficients(coefficients);
        using var keySum = new KeySum(coefficients, banks: 1);
        using var opener = new Opener(keySum, layout, seed);
        var sums = new ulong[layout.ValuesPerChunk];
        report.Add("open_ns_per_value", PerValue(layout, () => Require(opener.Open(wire, 0, sums))), "<= 8");

        // What a boosting round sends: few, wide slots.
        SlotLayout wide = SlotLayout.For(12, 1ul << 36);
        using SecretKey wideKey = SecretKey.Generate(RandomSource.OperatingSystem);
        using var wideEncryptor = new Encryptor(wideKey, wide, seed, RandomSource.OperatingSystem);
        var wideValues = new ulong[wide.ValuesPerChunk];
        wideEncryptor.Encrypt(wideValues, wire);
        wideKey.CopyCoefficients(coefficients);
        using var wideSum = new KeySum(coefficients, banks: 1);
        using var wideOpener = new Opener(wideSum, wide, seed);
        var wideSums = new ulong[wide.ValuesPerChunk];
        report.Add("open_ns_per_36_bit_value", PerValue(wide, () => Require(wideOpener.Open(wire, 0, wideSums))));
        report.Add("encrypt_ns_per_36_bit_value", PerValue(wide, () => wideEncryptor.Encrypt(wideValues, wire)));
    }

    private static void Tag(FigureReport report, SlotLayout layout, byte[] wire)
    {
        byte[] seed = new byte[SumTagger.SeedSize];
        var tagger = new SumTagger(seed, layout);
        report.Add("tag_ns_per_value", PerValue(layout, () =>
        {
            // The chunk's index is the one that comes next.
            BinaryPrimitives.WriteInt32LittleEndian(wire.AsSpan(8), tagger.NextChunk);
            tagger.Add(wire);
        }));
        BinaryPrimitives.WriteInt32LittleEndian(wire.AsSpan(8), 0);
        tagger.Dispose();
        report.Add("tag_setup_us", 1e6 * Benchmarks.Measure.MedianSeconds(() => new SumTagger(seed, layout).Dispose(), Budget));
    }

    private static void Yardsticks(FigureReport report)
    {
        const int Values = 5 * RnsBasis.Degree;
        byte[] plain = RandomNumberGenerator.GetBytes(Values * sizeof(float)),
            sealedBytes = new byte[plain.Length],
            tag = new byte[16],
            nonce = new byte[12];
        using var aes = new AesGcm(RandomNumberGenerator.GetBytes(32), tag.Length);
        report.Add(
            "aes_gcm_ns_per_float32",
            1e9 / Values * Benchmarks.Measure.MedianSeconds(() => aes.Encrypt(nonce, plain, sealedBytes, tag), Budget));
        report.Add(
            "memcpy_ns_per_float32", 1e9 / Values * Benchmarks.Measure.MedianSeconds(() => plain.CopyTo(sealedBytes, 0), Budget));
    }

    private static double WireBytes(int banks, ulong levels) =>
        (double)WireChunk.Size / SlotLayout.For(banks, levels).ValuesPerChunk;

    private static double PerValue(SlotLayout layout, Action chunk) =>
        1e9 / layout.ValuesPerChunk * Benchmarks.Measure.MedianSeconds(chunk, Budget);

    private static void Require(ChunkOpening outcome)
    {
        if (outcome is not ChunkOpening.Opened)
        {
            throw new InvalidOperationException($"What is measured does not open: {outcome}.");
        }
    }
}
