namespace Consortium.Benchmarks.Cryptography;

/// <summary>
/// The primal attack (unique shortest vector) on ring learning with errors under published cost models: an estimate for
/// exploring, about one bit off the lattice estimator's, without dual or hybrid attacks.
/// </summary>
/// <remarks>
/// Block sizes at which the embedded short vector shows: Alkim, Ducas, Poeppelmann, Schwabe, USENIX Security 2016.
/// </remarks>
internal static class LatticeEstimate
{
    /// <summary>A cost model: log2 of the work for a block size in a dimension.</summary>
    public sealed record Model(string Name, string Key, Func<int, int, double> Cost);

    /// <summary>
    /// MATZOV's models of 2022 by gates, and the two sieve models behind the tables of the Homomorphic Encryption Standard of
    /// 2018.
    /// </summary>
    public static IReadOnlyList<Model> Models { get; } =
    [
        new("MATZOV classical", "matzov_classical", Matzov(0.29613500308205365, 20.387885985467914)),
        new("MATZOV quantum, depth x width", "matzov_quantum_depth_width", Matzov(0.2663676536352464, 25.299541499216627)),
        new("HES 2018 classical sieve", "hes_classical", (beta, d) => (0.292 * beta) + 16.4 + Math.Log2(8.0 * d)),
        new("HES 2018 quantum sieve", "hes_quantum", (beta, d) => (0.265 * beta) + 16.4 + Math.Log2(8.0 * d)),
        new("MATZOV quantum, queries", "matzov_quantum_queries", Matzov(0.2632557273632713, 15.685687713591548)),
    ];

    /// <summary>
    /// Bits of security where secret and error have the same width: NaN when no block size below 1200 finds the secret.
    /// </summary>
    /// <param name="n">Degree of the ring.</param>
    /// <param name="logModulus">log2 of the modulus.</param>
    /// <param name="sigma">Standard deviation of secret and error.</param>
    /// <param name="model">What the attack costs.</param>
    public static double Bits(int n, double logModulus, double sigma, Model model)
    {
        for (int beta = 60; beta < 1200; beta++)
        {
            double delta = Math.Log2(RootHermite(beta));
            int middle = (int)Math.Sqrt(n * logModulus / delta) - n;
            for (int samples = middle - 480; samples <= middle + 480; samples += 16)
            {
                int d = n + samples + 1;
                double shortest = Math.Log2(Math.Sqrt(beta) * sigma);
                if (samples > 0 && shortest <= (((2 * beta) - d - 1) * delta) + (((samples * logModulus) + Math.Log2(sigma)) / d))
                {
                    return model.Cost(beta, d);
                }
            }
        }

        return double.NaN;
    }

    private static double RootHermite(int beta) =>
        Math.Pow(beta / (2 * Math.PI * Math.E) * Math.Pow(Math.PI * beta, 1.0 / beta), 1 / (2.0 * (beta - 1)));

    private static Func<int, int, double> Matzov(double slope, double constant)
    {
        double blocks = 1 / (1 - Math.Pow(2, -slope));
        return (beta, d) =>
            Math.Log2(blocks * Math.Max(d - beta, 1)) + Math.Log2(blocks) + (slope * (beta - DimensionsForFree(beta))) + constant;
    }

    /// <summary>Ducas, EUROCRYPT 2018.</summary>
    private static double DimensionsForFree(int beta) =>
        Math.Max(beta * Math.Log(4.0 / 3) / Math.Log(beta / (2 * Math.PI * Math.E)), 0);
}
