using Consortium.Cryptography.Ring;
using Consortium.Primitives;

namespace Consortium.Cryptography.Encryption;

/// <summary>
/// S, the sum of a cohort's keys, as threshold release hands it to the participants. It opens the cohort's sum and nothing else.
/// </summary>
public sealed class KeySum : IDisposable
{
    private readonly SecretMemory<int> _coefficients = new(RnsBasis.Degree);

    /// <param name="coefficients">4096 coefficients, read centred.</param>
    /// <param name="banks">P', the cohort whose keys were summed.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The count is wrong or a coefficient is beyond the noise bound of that cohort: not a sum of its keys.
    /// </exception>
    public KeySum(ReadOnlySpan<short> coefficients, int banks)
    {
        if (FirstBeyondBound(coefficients, banks) is { } beyond)
        {
            throw new ArgumentOutOfRangeException(
                nameof(coefficients),
                $"Coefficient {beyond} exceeds {SlotLayout.NoiseBoundFor(banks)}, the bound on a sum of {banks} keys: a "
                    + "share-sum is wrong.");
        }

        Span<int> target = _coefficients.Span;
        for (int i = 0; i < coefficients.Length; i++)
        {
            target[i] = coefficients[i];
        }

        Banks = banks;
    }

    public int Banks { get; }

    internal ReadOnlySpan<int> Coefficients => _coefficients.Span;

    /// <summary>
    /// The first coefficient for which the constructor would reject a sum of so many keys; null when it would not.
    /// </summary>
    /// <param name="coefficients">4096 coefficients, read centred.</param>
    /// <param name="banks">P', the cohort whose keys were summed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is wrong.</exception>
    public static int? FirstBeyondBound(ReadOnlySpan<short> coefficients, int banks)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(coefficients.Length, RnsBasis.Degree);
        ArgumentOutOfRangeException.ThrowIfLessThan(banks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(banks, SlotLayout.MostBanks);
        int bound = SlotLayout.NoiseBoundFor(banks);
        for (int i = 0; i < coefficients.Length; i++)
        {
            if (Math.Abs((int)coefficients[i]) > bound)
            {
                return i;
            }
        }

        return null;
    }

    public void Dispose() => _coefficients.Dispose();

    public override string ToString() => "KeySum(redacted)";
}
