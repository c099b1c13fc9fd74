using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Proofs;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Tests.Encryption;

namespace Consortium.Cryptography.Tests.Proofs;

/// <summary>
/// What T - 1 holders and everybody else see of opening proofs does not tell one value in the place from another. A sanity check,
/// not a proof: Kolmogorov and Smirnov's test of what is seen, which dealers that leave out a mask fail.
/// </summary>
public sealed class ZeroKnowledgeTests
{
    private const int Place = 55;
    private static readonly SlotLayout Layout = SlotLayout.For(3, 65536);

    [Theory]
    [InlineData(2, 3)]
    [InlineData(3, 5)]
    public void OpeningProof_OfTheLeastAndTheLargestValues_LookAlike(int threshold, int holders) =>
        Assert.InRange(Distance(threshold, holders, proofs: 150), 0, Limit(150));

    [Fact]
    public void OpeningProof_WithoutMasksOfBits_ShowsTheValue() =>
        Assert.True(
            Distance(2, 3, 30, dealing => Clear(dealing, shape => shape.WideMasksAt, OpeningProofShape.Rows)) > Limit(30));

    [Fact]
    public void OpeningProof_WithoutHidersOfTheProduct_ShowsTheValue() =>
        Assert.True(Distance(2, 3, 30, dealing => Clear(dealing, shape => shape.HidersAt, OpeningProofShape.Points)) > Limit(30));

    [Fact]
    public void OpeningProof_WithoutPolynomials_ShowsTheValue() =>
        Assert.True(
            Distance(
                2, 3, 30, bend: dealing => Array.ForEach(dealing.Vectors[1..], vector => vector.Row(1).Clear())) > Limit(30));

    /// <summary>
    /// Rows over the key are hints of exactly the noise that the README reckons with: centred, of deviation 2843.
    /// </summary>
    [Fact]
    public void Proof_RowsOverTheKey_CarryTheirNoise()
    {
        const int OpeningProofs = 40;
        using ProvingBank bank = Bank(2, 3, 0);
        OpeningStatement statement = bank.Statement(new(0, Place));
        var challenge = new OpeningChallenge(statement, ProvingBank.Challenge);
        double sum = 0, squares = 0;
        for (int opening = 0; opening < OpeningProofs; opening++)
        {
            byte[] proof = LyingDealer.OpeningProof(bank, statement, bank.Key.Coefficients).Proof;
            for (int row = 0; row < OpeningProofShape.Rows; row++)
            {
                double noise = BitConverter.ToInt16(proof, 2 * row);
                for (int i = 0; i < RnsBasis.Degree; i++)
                {
                    noise -= challenge.KeyRow(row)[i] * bank.Key.Coefficients[i];
                }

                sum += noise;
                squares += noise * noise;
            }
        }

        // Six standard deviations of either estimate.
        const int Samples = OpeningProofs * OpeningProofShape.Rows;
        double sigma = DiscreteGaussian.Sigma * Math.Sqrt(1 + 100 + 10_000);
        Assert.InRange(sigma, 2842, 2844);
        Assert.InRange(sum / Samples, -6 * sigma / Math.Sqrt(Samples), 6 * sigma / Math.Sqrt(Samples));
        Assert.InRange(
            squares / Samples / (sigma * sigma), 1 - (6 * Math.Sqrt(2.0 / Samples)), 1 + (6 * Math.Sqrt(2.0 / Samples)));
    }

    [Fact]
    public void Challenge_Rows_HaveTheirProbabilitiesAndPointsAreElsewhere()
    {
        using ProvingBank bank = Bank(2, 3, 0);
        OpeningStatement statement = bank.Statement(new(0, Place));
        var challenge = new OpeningChallenge(statement, ProvingBank.Challenge);
        int[] counts = new int[3];
        for (int row = 0; row < OpeningProofShape.Rows; row++)
        {
            foreach (sbyte entry in challenge.KeyRow(row))
            {
                counts[entry + 1]++;
            }
        }

        double all = OpeningProofShape.Rows * RnsBasis.Degree, deviation = 6 * Math.Sqrt(all) / 2;
        Assert.InRange(counts[0], (all / 4) - deviation, (all / 4) + deviation);
        Assert.InRange(counts[1], (all / 2) - deviation, (all / 2) + deviation);
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            uint[] points = [.. Enumerable.Range(0, OpeningProofShape.Points).Select(point => challenge.Point(prime, point))];
            Assert.Equal(points.Length, points.Distinct().Count());
            Assert.All(
                points, point => Assert.InRange(point, (uint)statement.Shape.ProductNodes + 1, RnsBasis.Moduli[prime].Value - 1));
        }
    }

    /// <summary>Exceeded by samples of one distribution once in a million times, each of some hundred features.</summary>
    private static double Limit(int proofs) => 2.69 * Math.Sqrt(2.0 / proofs);

    /// <summary>
    /// The largest distance between any feature's distributions for the least and the largest values in the place.
    /// </summary>
    private static double Distance(
        int threshold, int holders, int proofs, Action<OpeningDealing>? lie = null, Action<OpeningDealing>? bend = null)
    {
        double[][][] seen = [.. new[] { 0ul, Layout.Levels - 1 }.Select(value =>
        {
            using ProvingBank bank = Bank(threshold, holders, value);
            OpeningStatement statement = bank.Statement(new(0, Place));
            return Enumerable.Range(0, proofs)
                .Select(
                    _ => Features(
                        statement.Shape, threshold, LyingDealer.OpeningProof(bank, statement, bank.Key.Coefficients, lie, bend)))
                            .ToArray();
        })];
        return Enumerable.Range(0, seen[0][0].Length).Max(feature =>
            KolmogorovSmirnov(
                [.. seen[0].Select(opening => opening[feature])], [.. seen[1].Select(opening => opening[feature])]));
    }

    /// <summary>Key, noise and everything else the same, and the same value in every slot of the place.</summary>
    private static ProvingBank Bank(int threshold, int holders, ulong value)
    {
        var bank = new ProvingBank(threshold, holders, Layout);
        for (int slot = 0; slot < Layout.Slots; slot++)
        {
            bank.Values[(slot * RnsBasis.Degree) + Place] = value;
        }

        bank.Chunks[0] = ForgedChunk.Encrypt(
            Layout, ProvingBank.Seed, 0, bank.Key.Coefficients, bank.Values.AsSpan(0, Layout.ValuesPerChunk),
            ForgedChunk.Noise(2));
        return bank;
    }

    /// <summary>Of the shares of T - 1 holders and of the proof, some of each kind of what depends on values.</summary>
    private static double[] Features(OpeningProofShape shape, int threshold, (byte[][] Shares, byte[] Proof) opening)
    {
        var features = new List<double>();
        for (int row = 0; row < 4; row++)
        {
            features.Add((double)BitConverter.ToInt128(opening.Proof, (2 * OpeningProofShape.Rows) + (16 * row)));
        }

        int block = (2 * OpeningProofShape.Points) + ((threshold - 1) * shape.Forms);
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            int start = (18 * OpeningProofShape.Rows) + (2 * (threshold - 1) * OpeningProofShape.Rows) + (4 * prime * block);
            IEnumerable<int> words = Enumerable.Range(0, 2 * OpeningProofShape.Points)
                .Concat(Enumerable.Range((2 * OpeningProofShape.Points) + OpeningProofShape.RelationsAt, 6));
            features.AddRange(words.Select(word => (double)BitConverter.ToUInt32(opening.Proof, start + (4 * word))));
        }

        foreach (byte[] share in opening.Shares[..(threshold - 1)])
        {
            int[] words =
            [
                0, OpeningProofShape.BitsAt, OpeningProofShape.BitsAt + 20, shape.HidersAt - 1, shape.HidersAt, shape.ProductsAt,
                shape.MasksAt - 1, shape.WideMasksAt,
            ];
            features.AddRange(
                words.Select(word => (double)BitConverter.ToUInt32(share, (2 * OpeningProofShape.Rows) + (4 * word))));
        }

        return [.. features];
    }

    private static double KolmogorovSmirnov(double[] left, double[] right)
    {
        Array.Sort(left);
        Array.Sort(right);
        return left.Concat(right).Distinct().Max(at => Math.Abs(
            ((double)left.Count(value => value <= at) / left.Length)
                - ((double)right.Count(value => value <= at) / right.Length)));
    }

    private static void Clear(OpeningDealing dealing, Func<OpeningProofShape, int> start, int length)
    {
        var shape = new OpeningProofShape(Layout, new(0, Place));
        Array.ForEach(dealing.Vectors[1..], vector => vector.Row(0).Slice(start(shape), length).Clear());
    }
}
