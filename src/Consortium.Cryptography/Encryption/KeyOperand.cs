using System.Runtime.InteropServices;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Encryption;

/// <summary>
/// A key, or sum of keys, made ready for many products: its transform, and each word's Shoup quotient. Zeroed on dispose.
/// </summary>
internal sealed class KeyOperand : IDisposable
{
    private readonly Polynomial<Ntt> _transform;
    private readonly AlignedWords _quotients = new(RnsBasis.WordCount);

    public KeyOperand(ReadOnlySpan<int> coefficients)
    {
        _transform = Transform(coefficients);
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            // Words are secret, and integer division takes a time that depends on them: multiply by 1/q instead. The product's
            // error is below 2^-20; taking 2^-19 off keeps the quotient from ever exceeding the true one, and a deficit of 1 +
            // 2^-18 still leaves the lazy product below 2q for every factor below 32q.
            double scale = 4294967296.0 / RnsBasis.ModulusSpan[prime].Value;
            ReadOnlySpan<uint> words = _transform.Residues(prime);
            Span<uint> quotients = _quotients.Span.Slice(prime * RnsBasis.Degree, RnsBasis.Degree);
            for (int i = 0; i < words.Length; i++)
            {
                quotients[i] = (uint)Math.Max((words[i] * scale) - 1.9073486328125e-6, 0.0);
            }
        }
    }

    public ReadOnlySpan<uint> Words(int prime) => _transform.Residues(prime);

    public ReadOnlySpan<uint> Quotients(int prime) => _quotients.Span.Slice(prime * RnsBasis.Degree, RnsBasis.Degree);

    /// <summary>Small signed coefficients into the transform domain.</summary>
    public static Polynomial<Ntt> Transform(ReadOnlySpan<int> coefficients)
    {
        var polynomial = new Polynomial<Coefficients>();
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            Span<uint> residues = polynomial.WritableResidues(prime);
            uint modulus = RnsBasis.ModulusSpan[prime].Value;
            for (int i = 0; i < residues.Length; i++)
            {
                residues[i] = (uint)(coefficients[i] + ((coefficients[i] >> 31) & (int)modulus));
            }
        }

        return NumberTheoreticTransform.Forward(polynomial);
    }

    public void Dispose()
    {
        _transform.Dispose();
        _quotients.Zero();
    }
}
