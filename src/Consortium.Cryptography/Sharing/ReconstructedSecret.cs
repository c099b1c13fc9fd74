using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Consortium.Cryptography.Sharing;

/// <summary>What T share-sums give back: the sum of the shared keys, each coefficient centred. Erased by <see cref="Dispose"/>.</summary>
public sealed class ReconstructedSecret : IDisposable
{
    private readonly short[] _coefficients;
    private bool _disposed;

    internal ReconstructedSecret(short[] pinnedCoefficients) => _coefficients = pinnedCoefficients;

    /// <summary>Each in -32760..32760, equal to the true sum if that lies in this range.</summary>
    public ReadOnlySpan<short> Coefficients
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _coefficients;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_coefficients.AsSpan()));
    }

    public override string ToString() => "ReconstructedSecret(redacted)";
}
