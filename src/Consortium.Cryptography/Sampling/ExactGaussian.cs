using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using Consortium.Primitives;

namespace Consortium.Cryptography.Sampling;

/// <summary>
/// The discrete Gaussian over Z with any whole variance v: P(x) is proportional to exp(-x^2 / 2v), exactly. It is the noise of
/// differential privacy (Canonne, Kamath and Steinke, NeurIPS 2020). Not thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// A candidate is sign (k x + u): x from a half Gaussian of variance v / k^2, which is between 1 and 4, u uniform below k, a
/// power of two; it is accepted with probability exp(-(u^2 + 2 k x u) / 2v), and 0 with one sign only (Ducas, Durmus, Lepoint
/// and Lyubashevsky, CRYPTO 2013). Each decision compares a random word with a real number of which 64 or some 44 bits are at
/// hand. Where these bits do not decide, as many random bits and digits of the number are computed as do: so no probability
/// is rounded.
/// </para>
/// <para>
/// Time and memory access depend on how many candidates were rejected, which is independent of those that were accepted, and,
/// with probability below 2^-38 a sample, on the sample itself: where bits do not decide, arithmetic of variable time follows.
/// The kernel has no other branch or index that depends on a sample. It multiplies and adds doubles, for which processors'
/// makers promise no constant time; the doubles here are normal numbers or zero.
/// </para>
/// </remarks>
public sealed class ExactGaussian : IDisposable
{
    /// <summary>The largest variance: sigma 2^25.</summary>
    public const long LargestVariance = 1L << 50;

    private const int Lanes = 8;
    private const int Candidates = 1024;

    /// <summary>u takes the bits below, the sign this one, and the acceptance those above.</summary>
    private const int SignBit = 24;

    private const int AcceptShift = SignBit + 1;
    private const int AcceptBits = 64 - AcceptShift;

    /// <summary>The computed 2^39 exp(-e) is off by less: e is at most 11 and each step rounds at 2^-53.</summary>
    private const double AcceptError = 1.0 / 32;

    /// <summary>
    /// Tables of variances lately asked for, which are public: exact arithmetic makes one in a quarter of a millisecond.
    /// </summary>
    private static readonly ConcurrentDictionary<long, HalfGaussianTable> Tables = [];

    private const int MostTables = 64;

    private readonly RandomSource _randomness;
    private readonly BigInteger _twiceVariance;
    private readonly double _rate;
    private readonly int _shift;
    private readonly HalfGaussianTable _table;
    private readonly SecretMemory<ulong> _words = new(2 * Candidates);
    private readonly SecretMemory<long> _samples = new(Candidates + Lanes);
    private int _next;
    private int _count;

    /// <exception cref="ArgumentOutOfRangeException">The variance is not 1 to <see cref="LargestVariance"/>.</exception>
    public ExactGaussian(long variance, RandomSource randomness)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(variance, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(variance, LargestVariance);
        ArgumentNullException.ThrowIfNull(randomness);
        Variance = variance;
        _randomness = randomness;
        _twiceVariance = 2 * (BigInteger)variance;
        _rate = -0.5 / variance;
        _shift = Math.Min((63 - BitOperations.LeadingZeroCount((ulong)variance)) / 2, SignBit);
        if (Tables.Count >= MostTables)
        {
            Tables.Clear();
        }

        _table = Tables.GetOrAdd(variance, _ => new HalfGaussianTable(BigInteger.One << (2 * _shift), _twiceVariance));
    }

    public long Variance { get; }

    /// <summary>Draws as many samples as <paramref name="destination"/> holds.</summary>
    public void Sample(Span<long> destination)
    {
        Span<long> samples = _samples.Span;
        while (!destination.IsEmpty)
        {
            if (_next == _count)
            {
                Refill(destination.Length);
            }

            Span<long> taken = samples[_next.._count];
            taken = taken[..Math.Min(taken.Length, destination.Length)];
            taken.CopyTo(destination);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(taken));
            _next += taken.Length;
            destination = destination[taken.Length..];
        }
    }

    public void Dispose()
    {
        _words.Dispose();
        _samples.Dispose();
    }

    /// <summary>The sample of one candidate's words by exact arithmetic alone; null where it is rejected.</summary>
    internal long? Exactly(ulong baseWord, ulong word)
    {
        long x = _table.Decide(baseWord, _randomness);
        long u = (long)(word & ((1ul << _shift) - 1));
        bool isNegative = ((word >> SignBit) & 1) != 0;
        BigInteger exponent = (BigInteger)u * (u + ((BigInteger)x << (_shift + 1)));
        long magnitude = (x << _shift) + u;
        return !Accepts(word >> AcceptShift, exponent) || (isNegative && magnitude == 0) ? null
            : isNegative ? -magnitude
            : magnitude;
    }

    /// <summary>Draws candidates, about twice as many as samples are wanted: fewer than half are rejected.</summary>
    private void Refill(int wanted)
    {
        int candidates = (int)Math.Min(Candidates, (2L * wanted) + Lanes) / Lanes * Lanes;
        Span<ulong> words = _words.Span[..(2 * candidates)];
        _randomness.Fill(MemoryMarshal.AsBytes(words));
        (_next, _count) = (0, 0);
        Span<long> buffer = _samples.Span;
        for (int i = 0; i < candidates; i += Lanes)
        {
            Vector512<ulong> low = Vector512.Create<ulong>(words[i..]);
            Vector512<ulong> high = Vector512.Create<ulong>(words[(candidates + i)..]);
            Vector512<ulong> undecided = Draw(low, high, out Vector512<long> samples, out Vector512<long> accepts);
            if (undecided != Vector512<ulong>.Zero)
            {
                for (int lane = 0; lane < Lanes; lane++)
                {
                    if (undecided[lane] != 0)
                    {
                        long? sample = Exactly(low[lane], high[lane]);
                        samples = samples.WithElement(lane, sample ?? 0);
                        accepts = accepts.WithElement(lane, sample is null ? 0 : -1);
                    }
                }
            }

            _count += Append(samples, accepts, buffer[_count..]);
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(words));
    }

    /// <summary>Writes the accepted samples one after another, without a branch on which they are.</summary>
    /// <param name="buffer">Room for a whole vector.</param>
    /// <returns>How many were accepted.</returns>
    private static int Append(Vector512<long> samples, Vector512<long> accepts, Span<long> buffer)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.Compress(Vector512<long>.Zero, accepts, samples).CopyTo(buffer);
            return BitOperations.PopCount(accepts.ExtractMostSignificantBits());
        }

        int count = 0;
        for (int lane = 0; lane < Lanes; lane++)
        {
            buffer[count] = samples[lane];
            count -= (int)accepts[lane]; // -1 where accepted
        }

        return count;
    }

    /// <returns>All ones in the lanes that these bits do not decide.</returns>
    private Vector512<ulong> Draw(
        Vector512<ulong> low, Vector512<ulong> high, out Vector512<long> samples, out Vector512<long> accepts)
    {
        Vector512<ulong> x = Vector512<ulong>.Zero, undecided = Vector512<ulong>.Zero;
        foreach (ulong threshold in _table.Thresholds)
        {
            Vector512<ulong> bound = Vector512.Create(threshold);
            x -= Vector512.GreaterThan(low, bound);
            undecided |= Vector512.Equals(low, bound);
        }

        Vector512<long> u = (high & Vector512.Create((1ul << _shift) - 1)).AsInt64();
        Vector512<long> steps = (x << _shift).AsInt64();
        Vector512<double> wide = Vector512.ConvertToDouble(u), twice = Vector512.ConvertToDouble(steps + steps);
        Vector512<double> exponent = wide * (wide + twice) * _rate;
        Vector512<double> bar = Exp(exponent) * Math.ScaleB(1, AcceptBits);
        Vector512<double> drawn = Vector512.ConvertToDouble((high >> AcceptShift).AsInt64());
        Vector512<double> yes = Vector512.LessThanOrEqual(drawn + Vector512.Create(1 + AcceptError), bar);
        Vector512<double> no = Vector512.GreaterThanOrEqual(drawn, bar + Vector512.Create(AcceptError));

        // Where u is 0 the exponent is exactly 0: every word accepts.
        Vector512<long> certain = Vector512.Equals(u, Vector512<long>.Zero);
        undecided |= ~(yes.AsUInt64() | no.AsUInt64() | certain.AsUInt64());
        Vector512<long> magnitude = steps + u;
        Vector512<long> negative = Vector512<long>.Zero - ((high >> SignBit) & Vector512<ulong>.One).AsInt64();
        Vector512<long> second = negative & Vector512.Equals(magnitude, Vector512<long>.Zero);
        accepts = (yes.AsInt64() | certain) & ~second;
        samples = (magnitude ^ negative) - negative;
        return undecided;
    }

    /// <summary>exp(x) for -20 &lt;= x &lt;= 0, with a relative error below 2^-46.</summary>
    private static Vector512<double> Exp(Vector512<double> x)
    {
        // 2^n exp(r) with |r| <= ln(2)/2, and exp(r) by its series up to r^13.
        Vector512<double> n = Vector512.Round(x * 1.4426950408889634);
        Vector512<double> r = x - (n * 0.693147180369123816490) - (n * 1.90821492927058770002e-10);
        Vector512<double> sum = Vector512.Create(1.0 / 6227020800);
        foreach (double factor in Coefficients)
        {
            sum = (sum * r) + Vector512.Create(factor);
        }

        Vector512<long> power = (Vector512.ConvertToInt64(n) + Vector512.Create(1023L)) << 52;
        return sum * power.AsDouble();
    }

    private static ReadOnlySpan<double> Coefficients =>
    [
        1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24,
        1.0 / 6, 0.5, 1, 1,
    ];

    /// <summary>Whether a uniform real that begins with these 39 bits lies below exp(-exponent / 2v).</summary>
    private bool Accepts(ulong firstBits, BigInteger exponent)
    {
        if (exponent.IsZero)
        {
            return true;
        }

        BigInteger drawn = firstBits;
        for (int bits = AcceptBits + 64; ; bits += 64)
        {
            drawn = (drawn << 64) | FreshBits.Word(_randomness);
            (BigInteger low, BigInteger high) = ExactExponential.Of(exponent, _twiceVariance, bits);
            if (drawn + 1 <= low)
            {
                return true;
            }

            if (drawn >= high)
            {
                return false;
            }
        }
    }
}
