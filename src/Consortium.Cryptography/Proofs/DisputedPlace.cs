namespace Consortium.Cryptography.Proofs;

/// <summary>Where a cohort's sum does not open.</summary>
/// <param name="Chunk">Index of the chunk, or <see cref="KeySum"/>.</param>
/// <param name="Coefficient">0 to 4095: of that chunk, or of the sum of keys.</param>
public readonly record struct DisputedPlace(int Chunk, int Coefficient)
{
    /// <summary>Stands for a chunk's index where a coefficient of the sum of keys is beyond its bound.</summary>
    public const int KeySum = -1;

    public override string ToString() =>
        Chunk == KeySum ? $"coefficient {Coefficient} of the sum of keys" : $"coefficient {Coefficient} of chunk {Chunk}";
}
