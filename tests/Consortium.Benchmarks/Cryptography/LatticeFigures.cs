using System.Globalization;
using System.Numerics;
using System.Text;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Sharing;

namespace Consortium.Benchmarks.Cryptography;

/// <summary>
/// What the width of the noise buys and costs: bits of security after a release by several models, and what a value of 16 bits
/// takes on the wire. A release leaves one bank's key a deviation of sigma / sqrt(2) (Hint-MLWE).
/// </summary>
internal static class LatticeFigures
{
    private const ulong Levels = 65536;

    private static readonly double Chosen = DiscreteGaussian.Sigma / Math.Sqrt(2);

    /// <summary>
    /// What an opening proof leaves: 160 hints of deviation 2843, by rows whose largest squared singular value is about 2900.
    /// </summary>
    private static readonly double AfterOpeningProof = 1 / Math.Sqrt((1 / (Chosen * Chosen)) + (2900 / (2843.0 * 2843.0)));

    private static readonly double[] Left = [3.2, 16, AfterOpeningProof, Chosen, 24, 40, 160];
    private static readonly int[] Cohorts = [3, 10, 12, 32, 256, 1024];

    public static void Measure(FigureReport report, FigureOptions options)
    {
        var table = new StringBuilder();
        double logModulus = BigInteger.Log(RnsBasis.Product, 2);
        table.Append(
            CultureInfo.InvariantCulture,
            $"""
            N = {RnsBasis.Degree}, log2 q = {logModulus:0.000}. Bits of security once the sum of keys is released, when
            the noise drawn has deviation sqrt(2) times the one that heads the column. Drawn is {Number(Chosen)} * sqrt(2);
            an opening proof, of which each key sees one at most, leaves {Number(AfterOpeningProof)}. This is an estimate for
            exploring: the primal attack, about 1 bit off.
            The lattice estimator itself gives for 3.2: 128.9 classical (MATZOV, primal bdd; dual hybrid 130.6),
            124.9 quantum by depth x width, 114.3 quantum by queries.


            """);
        Row(table, "deviation left", Left.Select(Number));
        foreach (LatticeEstimate.Model model in LatticeEstimate.Models)
        {
            Row(table, model.Name, Left.Select(left =>
            {
                double bits = LatticeEstimate.Bits(RnsBasis.Degree, logModulus, left, model);
                report.Record($"left_{Number(left)}_{model.Key}_bits", Math.Round(bits, 1));
                return bits.ToString("0.0", CultureInfo.InvariantCulture);
            }));
        }

        table.AppendLine();
        table.AppendLine("Bytes a value of 16 bits takes, and the bits of level that one slot more would hold, by banks:");
        foreach (int banks in Cohorts)
        {
            Row(table, $"{banks} banks", Left.Select(left =>
            {
                double sigma = left * Math.Sqrt(2);
                int slots = Slots(banks, Levels, sigma);
                double bytes = (double)WireChunk.Size / (slots * RnsBasis.Degree);
                double next = Math.Log2(MostLevels(banks, slots + 1, sigma));
                report.Record($"left_{Number(left)}_banks_{banks}_bytes", bytes);
                report.Record($"left_{Number(left)}_banks_{banks}_next_slot_bits", next);
                return FormattableString.Invariant($"{bytes:0.00} ({next:0.00})");
            }));
        }

        Row(table, "largest cohort", Left.Select(left =>
        {
            // The sum of keys is read centred from the field of key shares.
            int most = Enumerable.Range(1, SlotLayout.MostBanks)
                .Last(banks => Bound(banks, left * Math.Sqrt(2)) <= ShareField.LargestCentred);
            report.Record($"left_{Number(left)}_largest_cohort", most);
            return most.ToString(CultureInfo.InvariantCulture);
        }));
        report.Table = table.ToString();
    }

    private static int Bound(int banks, double sigma) => (int)Math.Ceiling(SlotLayout.NoiseDeviations * sigma * Math.Sqrt(banks));

    private static int Slots(int banks, ulong levels, double sigma)
    {
        BigInteger radix = ((BigInteger)banks * (levels - 1)) + 1;
        BigInteger room = (BigInteger)RnsBasis.Product / ((2 * Bound(banks, sigma)) + 1);
        int slots = 0;
        for (BigInteger power = radix; power <= room; power *= radix)
        {
            slots++;
        }

        return slots;
    }

    private static ulong MostLevels(int banks, int slots, double sigma)
    {
        ulong least = 2, most = 1ul << 40;
        while (least < most)
        {
            ulong middle = most - ((most - least) / 2);
            if (Slots(banks, middle, sigma) >= slots)
            {
                least = middle;
            }
            else
            {
                most = middle - 1;
            }
        }

        return least;
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static void Row(StringBuilder table, string name, IEnumerable<string> cells)
    {
        table.Append(name.PadRight(30));
        foreach (string cell in cells)
        {
            table.Append(cell.PadLeft(13));
        }

        table.AppendLine();
    }
}
