using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Primitives;

namespace Consortium.Cryptography.Encryption;

/// <summary>A fresh key s: it encrypts one vector in one attempt of one round and is erased. Not thread-safe.</summary>
public sealed class SecretKey : IDisposable
{
    private readonly SecretMemory<int> _coefficients;

    private SecretKey(SecretMemory<int> coefficients) => _coefficients = coefficients;

    /// <summary>True once an <see cref="Encryptor"/> took the key: no second one will.</summary>
    public bool IsSpent { get; private set; }

    internal ReadOnlySpan<int> Coefficients => _coefficients.Span;

    /// <summary>Draws a key: 4096 coefficients from the discrete Gaussian with sigma = 20*sqrt(2).</summary>
    public static SecretKey Generate(RandomSource randomness)
    {
        var coefficients = new SecretMemory<int>(RnsBasis.Degree);
        using var random = new SecretMemory<byte>(DiscreteGaussian.RandomBytes(RnsBasis.Degree));
        DiscreteGaussian.Sample(randomness, random.Span, coefficients.Span, InstructionSets.Best);
        return new SecretKey(coefficients);
    }

    /// <summary>
    /// Reads a spent key back, to prove what it encrypted: no <see cref="Encryptor"/> takes it. The caller erases its copy.
    /// </summary>
    /// <param name="coefficients">4096 coefficients, as <see cref="CopyCoefficients"/> gave them.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is wrong, or a coefficient is beyond +-259, which no key
    /// has.</exception>
    public static SecretKey Restore(ReadOnlySpan<short> coefficients)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(coefficients.Length, RnsBasis.Degree);
        var restored = new SecretMemory<int>(RnsBasis.Degree);
        Span<int> target = restored.Span;
        int largest = 0;
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = coefficients[i];
            largest = Math.Max(largest, Math.Abs(target[i]));
        }

        var key = new SecretKey(restored) { IsSpent = true };
        if (largest > DiscreteGaussian.LargestMagnitude)
        {
            key.Dispose();
            throw new ArgumentOutOfRangeException(
                nameof(coefficients),
                $"A coefficient of a key lies within +-{DiscreteGaussian.LargestMagnitude}: this is no key, or not all of it.");
        }

        return key;
    }

    /// <summary>Copies the coefficients out, on purpose: to share them among key holders. The caller erases the copy.</summary>
    /// <param name="destination">4096 coefficients, each within +-259.</param>
    public void CopyCoefficients(Span<short> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, RnsBasis.Degree);
        ReadOnlySpan<int> coefficients = Coefficients;
        for (int i = 0; i < coefficients.Length; i++)
        {
            destination[i] = (short)coefficients[i];
        }
    }

    /// <summary>Marks the key as used.</summary>
    /// <exception cref="ObjectDisposedException">It was erased.</exception>
    /// <exception cref="InvalidOperationException">
    /// It already was: a second vector under one key would give both away.
    /// </exception>
    internal void Spend()
    {
        _ = Coefficients;
        if (IsSpent)
        {
            throw new InvalidOperationException(
                "This key has encrypted a vector; draw a fresh one for every attempt of every round.");
        }

        IsSpent = true;
    }

    public void Dispose() => _coefficients.Dispose();

    public override string ToString() => "SecretKey(redacted)";
}
