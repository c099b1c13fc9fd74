using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Encryption;

/// <summary>
/// How integers are packed into coefficients: a coefficient carries sum of v_j * radix^j over its slots, scaled by Delta, so that
/// the sum over the largest cohort never wraps and the summed noise never reaches the next multiple. Immutable, thread-safe.
/// </summary>
/// <remarks>Value index j * 4096 + c of a chunk sits in slot j of coefficient c.</remarks>
public sealed class SlotLayout : IEquatable<SlotLayout>
{
    /// <summary>The most banks a sum may have.</summary>
    public const int MostBanks = 4096;

    /// <summary>Standard deviations of summed noise that the bound allows: exceeded with probability below 2^-80.</summary>
    internal const double NoiseDeviations = 10.6;

    private SlotLayout(int largestCohort, ulong levels, int slots)
    {
        LargestCohort = largestCohort;
        Levels = levels;
        Slots = slots;
        NoiseBound = NoiseBoundFor(largestCohort);
        Delta = (2 * NoiseBound) + 1;
        Radix = RadixFor(largestCohort, levels);

        Span<byte> canonical = stackalloc byte[24 + sizeof(int) + sizeof(ulong)];
        "consortium slot layout 2"u8.CopyTo(canonical);
        BinaryPrimitives.WriteInt32LittleEndian(canonical[24..], largestCohort);
        BinaryPrimitives.WriteUInt64LittleEndian(canonical[28..], levels);
        Id = BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(canonical));
    }

    /// <summary>P: the most banks whose ciphertexts may be added.</summary>
    public int LargestCohort { get; }

    /// <summary>L: a value lies in [0, L - 1].</summary>
    public ulong Levels { get; }

    /// <summary>Values in one coefficient.</summary>
    public int Slots { get; }

    /// <summary>B = ceil(10.6 * sigma * sqrt(P)), the bound on a coefficient of the summed noise.</summary>
    public int NoiseBound { get; }

    /// <summary>2B + 1, the scale of the message.</summary>
    public int Delta { get; }

    /// <summary>P * (L - 1) + 1: one more than the largest sum of a slot.</summary>
    public ulong Radix { get; }

    /// <summary>Values that fit one chunk.</summary>
    public int ValuesPerChunk => Slots * RnsBasis.Degree;

    /// <summary>Names the layout in every chunk's header: the first four bytes of SHA-256 over (label, P, L).</summary>
    public uint Id { get; }

    /// <summary>16-bit words that a value is split into before it is encoded.</summary>
    internal int DigitsPerValue => (BitLength(Levels - 1) + 15) / 16;

    /// <summary>
    /// The layout for sums over up to <paramref name="largestCohort"/> banks of values with exactly these levels.
    /// </summary>
    /// <param name="largestCohort">1 to 4096 banks.</param>
    /// <param name="leastLevels">At least 2; 65,536 for 16-bit values. P * (L - 1) must be below 2^64 - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range, or not one slot fits.</exception>
    public static SlotLayout For(int largestCohort, ulong leastLevels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(largestCohort, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(largestCohort, MostBanks);
        ArgumentOutOfRangeException.ThrowIfLessThan(leastLevels, 2ul);
        if ((UInt128)largestCohort * (leastLevels - 1) + 1 > ulong.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(leastLevels), leastLevels,
                $"A sum of {largestCohort} values of {leastLevels} levels does not fit 64 bits.");
        }

        int slots = SlotsFor(largestCohort, leastLevels);
        return new SlotLayout(largestCohort, leastLevels, slots);
    }

    /// <summary>Chunks that a vector takes; the last may be partly filled.</summary>
    public int ChunkCount(long values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(values);
        return checked((int)((values + ValuesPerChunk - 1) / ValuesPerChunk));
    }

    /// <summary>The largest |noise| accepted in a sum over this many banks.</summary>
    internal static int NoiseBoundFor(int banks) =>
        (int)Math.Ceiling(NoiseDeviations * DiscreteGaussian.Sigma * Math.Sqrt(banks));

    private static ulong RadixFor(int banks, ulong levels) => ((ulong)banks * (levels - 1)) + 1;

    /// <summary>The largest s with Delta * radix^s at most q, in exact integers.</summary>
    private static int SlotsFor(int banks, ulong levels)
    {
        BigInteger radix = RadixFor(banks, levels);
        BigInteger room = (BigInteger)RnsBasis.Product / ((2 * NoiseBoundFor(banks)) + 1);
        int slots = 0;
        for (BigInteger power = radix; power <= room; power *= radix)
        {
            slots++;
        }

        return slots;
    }

    private static int BitLength(ulong value) => 64 - BitOperations.LeadingZeroCount(value);

    public bool Equals(SlotLayout? other) => other is not null && LargestCohort == other.LargestCohort && Levels == other.Levels;

    public override bool Equals(object? obj) => Equals(obj as SlotLayout);

    public override int GetHashCode() => HashCode.Combine(LargestCohort, Levels);

    public override string ToString() => $"{Slots} slots of {Levels} levels for up to {LargestCohort} banks";
}
