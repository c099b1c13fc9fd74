using System.Runtime.InteropServices;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Primitives;

namespace Consortium.Cryptography.Scoring;

/// <summary>
/// Scores a query that it cannot read: the product with the weights, a fresh encryption of zero, a flood over the wanted
/// coefficients, and the switch to the reply's modulus. One for each thread.
/// </summary>
public sealed class QueryScorer : IDisposable
{
    private readonly ScoringModel _model;
    private readonly RandomSource _randomness;
    private readonly InstructionSet _set;
    private readonly SecretMemory<byte> _random = new(DiscreteGaussian.NarrowRandomBytes(RnsBasis.Degree));
    private readonly SecretMemory<int> _small = new(RnsBasis.Degree);
    private readonly AlignedWords _sums = new(2 * ScoringParameters.WordCount);
    private readonly AlignedWords _words = new(RnsBasis.Degree);
    private readonly uint[] _reply;

    public QueryScorer(ScoringModel model, RandomSource randomness)
        : this(model, randomness, InstructionSets.Best)
    {
    }

    internal QueryScorer(ScoringModel model, RandomSource randomness, InstructionSet set)
    {
        (_model, _randomness, _set) = (model, randomness, set);
        _reply = new uint[RnsBasis.Degree + model.Parameters.Payments];
    }

    /// <summary>Words of c0 and then of c1, prime-major: evaluations until the switch begins.</summary>
    internal Span<uint> Sums => _sums.Span;

    /// <summary>Writes the reply to one query.</summary>
    /// <param name="query"><see cref="ScoringParameters.QueryBytes"/> bytes.</param>
    /// <param name="key">The asker's key.</param>
    /// <param name="destination"><see cref="ScoringParameters.ReplyBytes"/> bytes, untouched when the query is rejected.</param>
    /// <exception cref="MalformedDataException">The query's length is wrong, or a residue is not below its prime.</exception>
    public void Score(ReadOnlySpan<byte> query, ScoringPublicKey key, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, _model.Parameters.ReplyBytes, nameof(destination));
        Multiply(query);
        AddFreshZero(key);
        Switch(destination);
    }

    /// <summary>c0 and c1 of the product with the weights, which alone gives the weights away.</summary>
    internal void Multiply(ReadOnlySpan<byte> query)
    {
        MalformedDataException.ThrowIfLengthDiffers("scoring query", query.Length, _model.Parameters.QueryBytes);
        _sums.Span.Clear();
        using PublicPolynomials polynomials = ScoringSeed.OfQuery(query[..ScoringParameters.SeedBytes]);
        for (int block = 0; block < _model.Parameters.Blocks; block++)
        {
            KeyOperand weights = _model.Weights(block);
            for (int prime = 0; prime < ScoringParameters.PrimeCount; prime++)
            {
                int at = ScoringParameters.SeedBytes + (block * ScoringParameters.BlockBytes) + (prime * WireChunk.PrimeBytes);
                ScoringPublicKey.ReadResidues(query, at, prime, _words.Span, _set);
                Accumulate(0, weights.Words(prime), weights.Quotients(prime), prime);
                polynomials.ExpandLazy(block, prime, _words.Span);
                Accumulate(1, weights.Words(prime), weights.Quotients(prime), prime);
            }
        }
    }

    /// <summary>Adds key * u, then the noise of c1 and, in the wanted coefficients of c0, noise and flood.</summary>
    internal void AddFreshZero(ScoringPublicKey key)
    {
        DiscreteGaussian.SampleNarrow(_randomness, _random.Span, _small.Span, _set);
        for (int prime = 0; prime < ScoringParameters.PrimeCount; prime++)
        {
            ScoringKernel.Residues(_small.Span, prime, _words.Span, _set);
            NumberTheoreticTransform.Forward(_words.Span, prime, _set);
            Accumulate(0, key.Words(0, prime), key.Quotients(0, prime), prime);
            Accumulate(1, key.Words(1, prime), key.Quotients(1, prime), prime);
        }

        Invert();
        DiscreteGaussian.SampleNarrow(_randomness, _random.Span, _small.Span, _set);
        for (int prime = 0; prime < ScoringParameters.PrimeCount; prime++)
        {
            ScoringKernel.Residues(_small.Span, prime, _words.Span, _set);
            Span<uint> sums = Part(1, prime);
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += _words.Span[i];
            }

            LazyResidues.Reduce(sums, prime, _set);
        }

        Flood();
    }

    /// <summary>
    /// Inverse transforms. Where one coefficient of c0 is wanted, it is the mean of the words, and the rest stays.
    /// </summary>
    internal void Invert()
    {
        for (int prime = 0; prime < ScoringParameters.PrimeCount; prime++)
        {
            Span<uint> first = Part(0, prime), second = Part(1, prime);
            LazyResidues.Reduce(second, prime, _set);
            if (_model.Parameters.Payments == 1)
            {
                first[0] = Mean(first, prime);
            }
            else
            {
                LazyResidues.Reduce(first, prime, _set);
                NumberTheoreticTransform.Inverse(first, prime, _set);
            }

            NumberTheoreticTransform.Inverse(second, prime, _set);
        }
    }

    internal void Switch(Span<byte> destination)
    {
        ScoringParameters parameters = _model.Parameters;
        Span<uint> wanted = _reply.AsSpan(0, parameters.Payments), second = _reply.AsSpan(parameters.Payments);
        ModulusSwitch.Switch(Sums[..ScoringParameters.WordCount], parameters.ReplyBits, wanted, _set);
        ModulusSwitch.Switch(Sums[ScoringParameters.WordCount..], parameters.ReplyBits, second, _set);
        BitPacking.Pack(_reply, parameters.ReplyBits, destination);
    }

    public void Dispose()
    {
        _random.Dispose();
        _small.Dispose();
        _sums.Zero();
        _words.Zero();
    }

    private uint Mean(ReadOnlySpan<uint> words, int prime)
    {
        // The sum is secret: reduced without a division, then a lazy product that the second reduction makes canonical.
        uint sum = ScoringKernel.Reduce(ScoringKernel.Sum(words, _set), prime), inverse = NttTables.For(prime).InverseDegree;
        return ScoringKernel.Reduce((ulong)sum * inverse, prime);
    }

    /// <summary>
    /// Without a branch or a division that depends on a secret: both take a time that depends on their operands.
    /// </summary>
    private void Flood()
    {
        int bits = _model.Parameters.FloodBits, payments = _model.Parameters.Payments;
        Span<ulong> words = stackalloc ulong[ScoringParameters.MostPayments];
        _randomness.Fill(MemoryMarshal.AsBytes(words));
        DiscreteGaussian.SampleNarrow(
            _randomness, _random.Span[..DiscreteGaussian.NarrowRandomBytes(512)], _small.Span[..512], _set);
        for (int prime = 0; prime < ScoringParameters.PrimeCount; prime++)
        {
            uint modulus = RnsBasis.ModulusSpan[prime].Value;
            uint half = modulus - ScoringKernel.Reduce(1ul << (bits - 1), prime);
            Span<uint> wanted = Part(0, prime)[..payments];
            for (int payment = 0; payment < payments; payment++)
            {
                uint flood = ScoringKernel.Reduce(words[payment] >> (64 - bits), prime);
                ulong sum = (ulong)wanted[payment] + flood + half + ScoringKernel.Residue(_small.Span[payment], prime);
                wanted[payment] = ScoringKernel.Reduce(sum, prime);
            }
        }

        words.Clear();
    }

    private void Accumulate(int polynomial, ReadOnlySpan<uint> factors, ReadOnlySpan<uint> quotients, int prime) =>
        ScoringKernel.MultiplyAdd(Part(polynomial, prime), _words.Span, factors, quotients, prime, _set);

    private Span<uint> Part(int polynomial, int prime) =>
        _sums.Span.Slice((polynomial * ScoringParameters.WordCount) + (prime * RnsBasis.Degree), RnsBasis.Degree);
}
