using System.Collections.Immutable;
using System.Numerics;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Proofs;

/// <summary>
/// A quantity u in [0, <paramref name="Most"/>] that is proven in bits, and counts <paramref name="Radix"/> times the one before
/// it.
/// </summary>
/// <param name="Most">The largest that is in range.</param>
/// <param name="Radix">What the remainder is divided by to find the next quantity; above <paramref name="Most"/>.</param>
/// <param name="FirstBit">Where its bits begin.</param>
internal readonly record struct BitRange(ulong Most, ulong Radix, int FirstBit)
{
    public int Bits => 64 - BitOperations.LeadingZeroCount(Most);

    /// <summary>Whether its bits could say more than it may be, so that the bits of Most - u follow.</summary>
    public bool IsTwofold => (Most & (Most + 1)) != 0;

    public int AllBits => IsTwofold ? 2 * Bits : Bits;
}

/// <summary>
/// Which values an opening proof shares over each field, where they stand, and how many linear forms of them are opened.
/// </summary>
internal sealed class OpeningProofShape
{
    /// <summary>R: random rows over the key, and over the bits.</summary>
    public const int Rows = 160;

    /// <summary>K: points at which the product is tested, and as many uniform values that hide them.</summary>
    public const int Points = 8;

    /// <summary>Z: what a row over the key may come to, with its mask. 2Z is below half of the field of key shares.</summary>
    public const int RowBound = 16_300;

    /// <summary>
    /// Masks of rows over the bits lie in [0, 2^96): 160 rows of some 300 bits drown in them, and 2^96 is far below any
    /// idempotent of Z_q.
    /// </summary>
    public const int WideMaskBits = 96;

    /// <summary>What bits may add to a wide mask, either way.</summary>
    public const int WideSlack = 1 << 20;

    /// <summary>The key, which its shares hold already, and masks: what is shared over the field of key shares.</summary>
    public const int KeyFieldWords = RnsBasis.Degree + Rows;

    // Where things stand in the vector that is shared over each of the ring's primes, the key at its start and f's values in one
    // piece; and among the forms of it. Over the field of key shares there are the rows over the key alone.
    public const int BitsAt = RnsBasis.Degree;
    public const int BitRowsAt = Rows;
    public const int RelationsAt = 2 * Rows;

    public OpeningProofShape(SlotLayout layout, DisputedPlace place)
    {
        ulong noise = 2ul * (uint)DiscreteGaussian.LargestMagnitude;
        var ranges = ImmutableArray.CreateBuilder<BitRange>();
        if (place.Chunk == DisputedPlace.KeySum)
        {
            ranges.Add(new BitRange(noise, noise + 1, 0));
        }
        else
        {
            ranges.Add(new BitRange(noise, (ulong)layout.Delta, 0));
            for (int slot = 0; slot < layout.Slots; slot++)
            {
                ranges.Add(new BitRange(layout.Levels - 1, layout.Radix, ranges[^1].FirstBit + ranges[^1].AllBits));
            }
        }

        Ranges = ranges.ToImmutable();
        Bits = Ranges[^1].FirstBit + Ranges[^1].AllBits;
        Relations = 1 + Ranges.Count(range => range.IsTwofold);
    }

    /// <summary>The noise (or key coefficient) plus 259, then the values slot by slot.</summary>
    public ImmutableArray<BitRange> Ranges { get; }

    /// <summary>n.</summary>
    public int Bits { get; }

    /// <summary>What must be 0: the place's equation, and one for each range that is written twice.</summary>
    public int Relations { get; }

    /// <summary>f is given by its values at 1..n + K.</summary>
    public int FactorNodes => Bits + Points;

    /// <summary>h = f(f - 1) is given by its values at 1..2(n + K) - 1; those at 1..n are 0 and not shared.</summary>
    public int ProductNodes => (2 * FactorNodes) - 1;

    public int HidersAt => BitsAt + Bits;

    public int ProductsAt => HidersAt + Points;

    public int MasksAt => ProductsAt + ProductNodes - Bits;

    public int WideMasksAt => MasksAt + Rows;

    public int Words => WideMasksAt + Rows;

    public int FactorsAt => RelationsAt + Relations;

    public int ProductFormsAt => FactorsAt + Points;

    public int Forms => ProductFormsAt + Points;

    public int ShareLength => (Rows * sizeof(ushort)) + (RnsBasis.PrimeCount * Words * sizeof(uint));

    public int WordsOf(int field) => field == 0 ? KeyFieldWords : Words;

    public int FormsOf(int field) => field == 0 ? Rows : Forms;
}
