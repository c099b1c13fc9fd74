namespace Consortium.Cryptography.Tests.Sampling;

/// <summary>Moments, chi-square over single values, and tail counts of samples against a discrete Gaussian.</summary>
/// <remarks>
/// Each z-score beyond 5 rejects: an honest million of samples fails one in about 300,000 times, and the tests' seeds are fixed.
/// </remarks>
internal sealed record GaussianFit(double MeanZ, double VarianceZ, double KurtosisZ, double ChiSquareZ, double TailZ)
{
    private const double Limit = 5;

    public bool Accepted =>
        Math.Abs(MeanZ) < Limit
            && Math.Abs(VarianceZ) < Limit
            && Math.Abs(KurtosisZ) < Limit
            && ChiSquareZ < Limit
            && Math.Abs(TailZ) < Limit;

    public static GaussianFit Of(int[] samples, double sigma)
    {
        double n = samples.Length;
        double variance = sigma * sigma;
        double mean = samples.Average();
        double second = samples.Average(sample => (double)sample * sample);
        double fourth = samples.Average(sample => Math.Pow(sample, 4));

        double total = Enumerable.Range(-400, 801).Sum(k => Math.Exp(-k * k / (2 * variance)));
        double Probability(int k) => Math.Exp(-k * k / (2 * variance)) / total;

        // Values with at least ten expected samples form a cell each; what lies beyond is the last cell.
        int reach = 0;
        while (n * Probability(reach + 1) >= 10)
        {
            reach++;
        }

        var counts = new int[(2 * reach) + 1];
        int beyond = 0;
        foreach (int sample in samples)
        {
            if (Math.Abs(sample) <= reach)
            {
                counts[sample + reach]++;
            }
            else
            {
                beyond++;
            }
        }

        double chiSquare = 0, inside = 0;
        for (int k = -reach; k <= reach; k++)
        {
            double expected = n * Probability(k);
            inside += Probability(k);
            chiSquare += Math.Pow(counts[k + reach] - expected, 2) / expected;
        }

        int cells = (2 * reach) + 1;
        int tail = samples.Count(sample => Math.Abs(sample) > 3 * sigma);
        double tailProbability = Enumerable.Range(-400, 801).Where(k => Math.Abs(k) > 3 * sigma).Sum(Probability);
        double beyondExpected = Math.Max(n * (1 - inside), 1e-9);
        chiSquare += Math.Pow(beyond - beyondExpected, 2) / beyondExpected;
        return new GaussianFit(
            mean / Math.Sqrt(variance / n),
            (second - variance) / (variance * Math.Sqrt(2 / n)),
            (fourth - (3 * variance * variance)) / (variance * variance * Math.Sqrt(96 / n)),
            (chiSquare - cells) / Math.Sqrt(2.0 * cells),
            (tail - (n * tailProbability)) / Math.Sqrt(n * tailProbability));
    }
}
