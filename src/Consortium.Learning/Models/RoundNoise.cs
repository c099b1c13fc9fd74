using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Consortium.Learning.Models;

/// <summary>The noise that each bank adds to a round's vector.</summary>
/// <param name="Variances">Entry i has the variance i modulo their number.</param>
public sealed record RoundNoise(ImmutableArray<long> Variances)
{
    /// <summary>
    /// Standard deviations beyond which noise is cut: it reaches there with a probability below 2^-75. Each bank cuts its own
    /// noisy value, which tells nothing more than the value did.
    /// </summary>
    private const double Reach = 10;

    /// <summary>Entries whose noise is drawn at a time.</summary>
    private const int Stretch = 4096;

    /// <summary>No bank's noise is beyond this on either side; it is added to each entry, so that none is negative.</summary>
    public long Room { get; } = (long)Math.Ceiling(Reach * Math.Sqrt(Variances.Max())) + 1;

    public bool Equals(RoundNoise? other) => other is not null && Variances.AsSpan().SequenceEqual(other.Variances.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Variances.Length, Room);

    /// <summary>Adds noise and <see cref="Room"/> to each entry of a bank's vector.</summary>
    internal void AddTo(Span<long> values, NoiseSource source)
    {
        int kinds = Variances.Length;
        long[] samples = ArrayPool<long>.Shared.Rent(Stretch);
        try
        {
            for (int kind = 0; kind < kinds; kind++)
            {
                for (int start = kind; start < values.Length; start += Stretch * kinds)
                {
                    int count = Math.Min(Stretch, (values.Length - start + kinds - 1) / kinds);
                    Span<long> drawn = samples.AsSpan(0, count);
                    source.Sample(Variances[kind], drawn);
                    for (int i = 0; i < count; i++)
                    {
                        values[start + (i * kinds)] += Room + Math.Clamp(drawn[i], -Room, Room);
                    }
                }
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(samples.AsSpan()));
            ArrayPool<long>.Shared.Return(samples);
        }
    }
}
