namespace Consortium.Learning.Models;

/// <summary>
/// Where a bank's noise comes from. This project knows no cryptography: a bank's daemon gives an exact sampler with the operating
/// system's randomness, and a simulation or a test another one.
/// </summary>
public abstract class NoiseSource
{
    /// <summary>Fills <paramref name="destination"/> with samples of the discrete Gaussian of a whole variance.</summary>
    public abstract void Sample(long variance, Span<long> destination);
}
