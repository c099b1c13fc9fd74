using System.Runtime.InteropServices;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Primitives;

namespace Consortium.Cryptography.Scoring;

/// <summary>
/// Encrypts the cell vectors of a query's payments: c_b = NTT(e_b + Delta * x_b) - a_b o NTT(s). Value k of payment p is
/// coefficient P * k + p, counted through the blocks. Not thread-safe.
/// </summary>
public sealed class QueryEncryptor : IDisposable
{
    private readonly ScoringKey _key;
    private readonly ScoringParameters _parameters;
    private readonly RandomSource _randomness;
    private readonly InstructionSet _set;
    private readonly SecretMemory<byte> _random = new(DiscreteGaussian.NarrowRandomBytes(RnsBasis.Degree));
    private readonly SecretMemory<int> _noise = new(RnsBasis.Degree);
    private readonly SecretMemory<int> _masks = new(RnsBasis.Degree);
    private readonly AlignedWords _words = new(RnsBasis.Degree);
    private readonly AlignedWords _uniform = new(RnsBasis.Degree);
    private readonly uint[] _delta;

    public QueryEncryptor(ScoringKey key, ScoringParameters parameters, RandomSource randomness)
        : this(key, parameters, randomness, InstructionSets.Best)
    {
    }

    internal QueryEncryptor(ScoringKey key, ScoringParameters parameters, RandomSource randomness, InstructionSet set)
    {
        (_key, _parameters, _randomness, _set) = (key, parameters, randomness, set);
        _delta = [.. RnsBasis.Moduli.Take(ScoringParameters.PrimeCount).Select(modulus => modulus.Reduce(parameters.Delta))];
    }

    /// <summary>Writes one query under a fresh seed.</summary>
    /// <param name="cells">
    /// One byte a cell and payment, payment after payment: 1 in the payment's cell of each group, 0 elsewhere. Payments that are
    /// missing at the end score zero.
    /// </param>
    /// <param name="destination"><see cref="ScoringParameters.QueryBytes"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is wrong, or a value is neither 0 nor 1.</exception>
    public void Encrypt(ReadOnlySpan<byte> cells, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, _parameters.QueryBytes, nameof(destination));
        int payments = cells.Length / _parameters.Cells;
        if (payments < 1 || payments > _parameters.Payments || cells.Length != payments * _parameters.Cells)
        {
            throw new ArgumentOutOfRangeException(
                nameof(cells), cells.Length, $"A query takes 1 to {_parameters.Payments} payments of {_parameters.Cells} cells.");
        }

        if (cells.ContainsAnyExceptInRange((byte)0, (byte)1))
        {
            throw new ArgumentOutOfRangeException(nameof(cells), "A cell holds 0 or 1; nothing was encrypted.");
        }

        Span<byte> seed = destination[..ScoringParameters.SeedBytes];
        _randomness.Fill(seed);
        using PublicPolynomials polynomials = ScoringSeed.OfQuery(seed);
        for (int block = 0; block < _parameters.Blocks; block++)
        {
            DiscreteGaussian.SampleNarrow(_randomness, _random.Span, _noise.Span, _set);
            Lay(cells, payments, block);
            for (int prime = 0; prime < ScoringParameters.PrimeCount; prime++)
            {
                ScoringKernel.Residues(_noise.Span, prime, _words.Span, _set);
                ScoringKernel.AddMasked(_words.Span, _masks.Span, _delta[prime], _set);
                polynomials.ExpandLazy(block, prime, _uniform.Span);
                PhaseKernel.Mask(_words.Span, _uniform.Span, _key.Operand, prime, _set);
                int at = ScoringParameters.SeedBytes + (block * ScoringParameters.BlockBytes) + (prime * WireChunk.PrimeBytes);
                WireChunk.PackPrime(_words.Span, destination.Slice(at, WireChunk.PrimeBytes), _set);
            }
        }
    }

    public void Dispose()
    {
        _random.Dispose();
        _noise.Dispose();
        _masks.Dispose();
        _words.Zero();
    }

    /// <summary>
    /// All ones where a cell holds 1, in the order of coefficients, without a branch or an index that depends on a cell.
    /// </summary>
    private void Lay(ReadOnlySpan<byte> cells, int payments, int block)
    {
        Span<int> masks = _masks.Span;
        masks.Clear();
        int first = block * _parameters.CellsPerBlock;
        int count = Math.Min(_parameters.CellsPerBlock, _parameters.Cells - first), stride = _parameters.Payments;
        for (int payment = 0; payment < payments; payment++)
        {
            ReadOnlySpan<byte> values = cells.Slice((payment * _parameters.Cells) + first, count);
            for (int i = 0; i < values.Length; i++)
            {
                masks[(i * stride) + payment] = -values[i];
            }
        }
    }
}
