using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Encryption;

/// <summary>S, the sum of a cohort's keys, as threshold release hands it to the participants. It opens the cohort's sum and nothing else.</summary>
public sealed class KeySum : IDisposable
{
    private readonly int[] _coefficients = GC.AllocateArray<int>(RnsBasis.Degree, pinned: true);
    private bool _disposed;

    /// <param name="coefficients">4096 coefficients, read centred.</param>
    /// <param name="banks">P', the cohort whose keys were summed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is wrong or a coefficient is beyond the noise bound of that cohort: not a sum of its keys.</exception>
    public KeySum(ReadOnlySpan<short> coefficients, int banks)
    {
        if (FirstBeyondBound(coefficients, banks) is { } beyond)
        {
            throw new ArgumentOutOfRangeException(
                nameof(coefficients),
                $"Coefficient {beyond} exceeds {SlotLayout.NoiseBoundFor(banks)}, the bound on a sum of {banks} keys: a share-sum is wrong.");
        }

        for (int i = 0; i < coefficients.Length; i++)
        {
            _coefficients[i] = coefficients[i];
        }

        Banks = banks;
    }

    public int Banks { get; }

    internal ReadOnlySpan<int> Coefficients
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _coefficients;
        }
    }

    /// <summary>The first coefficient for which the constructor would refuse a sum of so many keys; null when it would not.</summary>
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

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_coefficients.AsSpan()));
        _disposed = true;
    }

    public override string ToString() => "KeySum(redacted)";
}
