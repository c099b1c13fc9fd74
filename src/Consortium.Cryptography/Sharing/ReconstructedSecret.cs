using Consortium.Primitives;

namespace Consortium.Cryptography.Sharing;

/// <summary>
/// What T share-sums give back: the sum of the shared keys, each coefficient centred. Erased by <see cref="Dispose"/>.
/// </summary>
public sealed class ReconstructedSecret : IDisposable
{
    private readonly SecretMemory<short> _coefficients;

    /// <param name="coefficients">The secret's from now on.</param>
    internal ReconstructedSecret(SecretMemory<short> coefficients) => _coefficients = coefficients;

    /// <summary>Each in -32760..32760, equal to the true sum if that lies in this range.</summary>
    public ReadOnlySpan<short> Coefficients => _coefficients.Span;

    public void Dispose() => _coefficients.Dispose();

    public override string ToString() => "ReconstructedSecret(redacted)";
}
