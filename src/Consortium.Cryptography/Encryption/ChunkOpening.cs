namespace Consortium.Cryptography.Encryption;

/// <summary>
/// What opening one chunk came to. Only <see cref="Opened"/> yields values; the others name the check that failed.
/// </summary>
public abstract record ChunkOpening
{
    private ChunkOpening()
    {
    }

    /// <summary>All checks passed.</summary>
    /// <param name="NoiseMeanSquare">Mean square of the noise; sigma^2 * P' within a few percent in an honest sum.</param>
    public sealed record Opened(double NoiseMeanSquare) : ChunkOpening;

    /// <summary>The noise's energy is not that of the cohort: a wrong key sum, a bent share, or altered residues.</summary>
    /// <param name="MeanSquare">The energy found.</param>
    /// <param name="Limit">The most that is accepted.</param>
    /// <param name="Coefficient">Where the noise is largest; the first such place.</param>
    public sealed record NoiseTooStrong(double MeanSquare, double Limit, int Coefficient) : ChunkOpening;

    /// <summary>One coefficient's noise is beyond what the cohort's noise can reach.</summary>
    /// <param name="Magnitude">The largest found.</param>
    /// <param name="Limit">The most that is accepted.</param>
    /// <param name="Coefficient">Where it is; the first such place.</param>
    public sealed record NoiseTooLarge(int Magnitude, int Limit, int Coefficient) : ChunkOpening;

    /// <summary>A slot's sum exceeds P' * (L - 1): some bank encrypted a value out of range.</summary>
    /// <param name="Value">Index of the value within the chunk; -1 when the coefficient as a whole is beyond its slots.</param>
    /// <param name="Sum">The sum found.</param>
    /// <param name="Limit">The largest sum that values in range can give.</param>
    /// <param name="Coefficient">
    /// Which coefficient of the chunk carries it; the first one beyond its slots where Value is -1.
    /// </param>
    public sealed record SumOutOfRange(int Value, ulong Sum, ulong Limit, int Coefficient) : ChunkOpening;

    /// <summary>The chunk counts another number of banks than the key sum, or has another index.</summary>
    public sealed record DoesNotMatch(string Reason) : ChunkOpening;
}
