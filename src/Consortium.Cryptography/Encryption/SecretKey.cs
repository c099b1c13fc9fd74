using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Encryption;

/// <summary>A fresh key s: it encrypts one vector in one attempt of one round and is erased. Not thread-safe.</summary>
public sealed class SecretKey : IDisposable
{
    private readonly int[] _coefficients;
    private bool _disposed;

    private SecretKey(int[] coefficients) => _coefficients = coefficients;

    /// <summary>True once an <see cref="Encryptor"/> took the key: no second one will.</summary>
    public bool IsSpent { get; private set; }

    internal ReadOnlySpan<int> Coefficients
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _coefficients;
        }
    }

    /// <summary>Draws a key: 4096 coefficients from the discrete Gaussian with sigma = 20*sqrt(2).</summary>
    public static SecretKey Generate(RandomSource randomness)
    {
        // Pinned, so that no collection leaves a copy behind for zeroing to miss.
        int[] coefficients = GC.AllocateArray<int>(RnsBasis.Degree, pinned: true);
        byte[] random = GC.AllocateArray<byte>(DiscreteGaussian.RandomBytes(RnsBasis.Degree), pinned: true);
        DiscreteGaussian.Sample(randomness, random, coefficients, InstructionSets.Best);
        return new SecretKey(coefficients);
    }

    /// <summary>Reads a spent key back, to prove what it encrypted: no <see cref="Encryptor"/> takes it. The caller erases its copy.</summary>
    /// <param name="coefficients">4096 coefficients, as <see cref="CopyCoefficients"/> gave them.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is wrong, or a coefficient is beyond +-259, which no key has.</exception>
    public static SecretKey Restore(ReadOnlySpan<short> coefficients)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(coefficients.Length, RnsBasis.Degree);
        int[] restored = GC.AllocateArray<int>(RnsBasis.Degree, pinned: true);
        int largest = 0;
        for (int i = 0; i < restored.Length; i++)
        {
            restored[i] = coefficients[i];
            largest = Math.Max(largest, Math.Abs(restored[i]));
        }

        var key = new SecretKey(restored) { IsSpent = true };
        if (largest > DiscreteGaussian.LargestMagnitude)
        {
            key.Dispose();
            throw new ArgumentOutOfRangeException(
                nameof(coefficients), $"A coefficient of a key lies within +-{DiscreteGaussian.LargestMagnitude}: this is no key, or not all of it.");
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
    /// <exception cref="InvalidOperationException">It already was: a second vector under one key would give both away.</exception>
    internal void Spend()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (IsSpent)
        {
            throw new InvalidOperationException("This key has encrypted a vector; draw a fresh one for every attempt of every round.");
        }

        IsSpent = true;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_coefficients.AsSpan()));
        _disposed = true;
    }

    public override string ToString() => "SecretKey(redacted)";
}
