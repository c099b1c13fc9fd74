namespace Consortium.Cryptography.Ballots;

/// <summary>What a ballot shares, and how it and its proof lie in bytes.</summary>
internal static class BallotShape
{
    /// <summary>Choices of a ballot: one of them is 1, the others 0.</summary>
    public const int Choices = 3;

    /// <summary>
    /// f is the polynomial with the choices at 1, 2, 3 and a uniform value at 4; h = f(f - 1) is shared by its values at 4 to 7,
    /// for at 1, 2, 3 it is 0.
    /// </summary>
    public const int FactorNodes = Choices + 1, ProductNodes = (2 * FactorNodes) - 1;

    // Where values stand in what is shared: the choices, the blinding of their commitments, the uniform value, the products.
    public const int BlindingAt = Choices, HiderAt = 2 * Choices, ProductsAt = HiderAt + 1;

    public const int Shared = ProductsAt + ProductNodes - Choices;

    /// <summary>What of it a holder sums and releases: choices and blinding.</summary>
    public const int Summed = 2 * Choices;

    /// <summary>Opened forms: the choices' sum, f and h at a point.</summary>
    public const int Forms = 3;

    public const int ShareLength = Shared * Word256.Length;

    public const int SumLength = Summed * Word256.Length;

    public static int ProofLength(int threshold) =>
        (Choices * threshold * CurvePoint.Length)
        + ((2 + (3 * Choices) + 1 + (Forms * (threshold - 1))) * Word256.Length);
}
