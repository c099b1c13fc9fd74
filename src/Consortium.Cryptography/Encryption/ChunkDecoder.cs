using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Encryption;

/// <summary>Residues of a phase back to noise and slot sums. Immutable, thread-safe.</summary>
/// <remarks>
/// y = (x + B) mod q is one number in mixed base (Delta, radix, radix, ...): its digits are noise + B and the slots. The vector
/// path finds them without wide division: Garner's residues to mixed-radix digits, those to 27-bit limbs, then limb pieces of w
/// bits are shifted in from the top, each digit taking D * 2^w + carry and passing on the quotient by its base. With base * 2^w
/// below 2^52 all of that is exact in doubles: one rounded product estimates the quotient, one fused multiply-add leaves the
/// exact remainder.
/// </remarks>
internal sealed class ChunkDecoder
{
    private const int LimbBits = 27;
    private const int Limbs = 4;
    private const int ExactBits = 52;

    private readonly SlotLayout _layout;
    private readonly int _pieceBits;
    private readonly double[] _bases;
    private readonly double[] _inverses;
    private readonly int[] _activeDigits;

    /// <summary>Shoup pairs of q_i^-1 mod q_j for i &lt; j, in the order (0,1) (0,2) (1,2) (0,3) (1,3) (2,3).</summary>
    private static readonly (uint Factor, uint Quotient)[] Inverses = GarnerInverses();

    public ChunkDecoder(SlotLayout layout)
    {
        _layout = layout;
        int radixBits = 64 - System.Numerics.BitOperations.LeadingZeroCount(layout.Radix);
        _pieceBits = radixBits + LimbBits < ExactBits
            ? LimbBits
            : radixBits + 9 < ExactBits ? 9 : radixBits + 3 < ExactBits ? 3 : 0;
        _bases = [layout.Delta, .. Enumerable.Repeat((double)layout.Radix, layout.Slots)];
        _inverses = [.. _bases.Select(value => 1 / value)];
        _activeDigits = _pieceBits == 0 ? [] : ActiveDigits();
    }

    /// <summary>Splits 4096 phases into slot sums and noise.</summary>
    /// <param name="phases">4 * 4096 canonical residues of x; overwritten.</param>
    /// <param name="sums">Slots * 4096 values, slot-major.</param>
    /// <param name="noise">4096 noise coefficients.</param>
    /// <param name="set">The path to take.</param>
    /// <returns>The largest top digit: 0 unless a coefficient was beyond its slots.</returns>
    public double Decode(Span<uint> phases, Span<ulong> sums, Span<int> noise, InstructionSet set)
    {
        Debug.Assert(
            phases.Length == RnsBasis.WordCount && sums.Length == _layout.ValuesPerChunk && noise.Length == RnsBasis.Degree);
        if (_pieceBits == 0)
        {
            return DecodeReference(phases, sums, noise);
        }

        switch (set)
        {
            case InstructionSet.Avx512:
                Garner<Lanes512, Vector512<uint>>(phases);
                return Digits<Lanes512, Vector512<uint>>(phases, sums, noise);
            case InstructionSet.Avx2:
                Garner<Lanes256, Vector256<uint>>(phases);
                return Digits<Lanes256, Vector256<uint>>(phases, sums, noise);
            case InstructionSet.Vector128:
                Garner<Lanes128, Vector128<uint>>(phases);
                return Digits<Lanes128, Vector128<uint>>(phases, sums, noise);
            default:
                return DecodeReference(phases, sums, noise);
        }
    }

    /// <summary>
    /// The first coefficient whose top digit is not 0; -1 when there is none. Such a sum is rejected: time may vary.
    /// </summary>
    /// <param name="phases">4 * 4096 canonical residues of x.</param>
    public int FirstBeyondItsSlots(ReadOnlySpan<uint> phases)
    {
        UInt128 end = (UInt128)_layout.Delta;
        for (int slot = 0; slot < _layout.Slots; slot++)
        {
            end *= _layout.Radix;
        }

        int c = 0;
        while (c < RnsBasis.Degree && Lift(phases, c) < end)
        {
            c++;
        }

        return c < RnsBasis.Degree ? c : -1;
    }

    /// <summary>
    /// Wide arithmetic, one coefficient at a time: the reference, and the path for sums beyond 49 bits. Sums are released: time
    /// may vary.
    /// </summary>
    private double DecodeReference(ReadOnlySpan<uint> phases, Span<ulong> sums, Span<int> noise)
    {
        UInt128 largestTop = 0;
        for (int c = 0; c < RnsBasis.Degree; c++)
        {
            (UInt128 rest, UInt128 remainder) = UInt128.DivRem(Lift(phases, c), (UInt128)_layout.Delta);
            noise[c] = (int)remainder - _layout.NoiseBound;
            for (int slot = 0; slot < _layout.Slots; slot++)
            {
                (rest, remainder) = UInt128.DivRem(rest, _layout.Radix);
                sums[(slot * RnsBasis.Degree) + c] = (ulong)remainder;
            }

            largestTop = UInt128.Max(largestTop, rest);
        }

        return (double)largestTop;
    }

    /// <summary>(x + B) mod q of one coefficient.</summary>
    private UInt128 Lift(ReadOnlySpan<uint> phases, int c)
    {
        UInt128 y = 0, product = 1;
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            Modulus modulus = RnsBasis.ModulusSpan[prime];
            uint target = modulus.Add(phases[(prime * RnsBasis.Degree) + c], (uint)_layout.NoiseBound);
            uint digit = modulus.Multiply(
                modulus.Subtract(target, modulus.Reduce(y)), modulus.Invert(modulus.Reduce(product)));
            y += product * digit;
            product *= modulus.Value;
        }

        return y;
    }

    /// <summary>Residues of x to mixed-radix digits of (x + B) mod q, in place: y = d0 + q0 (d1 + q1 (d2 + q2 d3)).</summary>
    private void Garner<TLanes, TVector>(Span<uint> phases)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        ref uint words = ref MemoryMarshal.GetReference(phases);
        TVector bound = TLanes.Broadcast((uint)_layout.NoiseBound);
        TVector q0 = TLanes.Broadcast(RnsBasis.ModulusSpan[0].Value), q1 = TLanes.Broadcast(RnsBasis.ModulusSpan[1].Value);
        TVector q2 = TLanes.Broadcast(RnsBasis.ModulusSpan[2].Value), q3 = TLanes.Broadcast(RnsBasis.ModulusSpan[3].Value);
        for (int c = 0; c < RnsBasis.Degree; c += TLanes.Count)
        {
            TVector d0 = NttKernel<TLanes, TVector>.Canonical(TLanes.Add(TLanes.Load(ref words, c), bound), q0);
            TVector x1 = TLanes.Add(TLanes.Load(ref words, RnsBasis.Degree + c), bound);
            TVector x2 = TLanes.Add(TLanes.Load(ref words, (2 * RnsBasis.Degree) + c), bound);
            TVector x3 = TLanes.Add(TLanes.Load(ref words, (3 * RnsBasis.Degree) + c), bound);
            TVector d1 = Quotient<TLanes, TVector>(x1, d0, q1, 0);
            x2 = Quotient<TLanes, TVector>(x2, d0, q2, 1);
            TVector d2 = Quotient<TLanes, TVector>(x2, d1, q2, 2);
            x3 = Quotient<TLanes, TVector>(x3, d0, q3, 3);
            x3 = Quotient<TLanes, TVector>(x3, d1, q3, 4);
            TVector d3 = Quotient<TLanes, TVector>(x3, d2, q3, 5);
            TLanes.Store(d0, ref words, c);
            TLanes.Store(d1, ref words, RnsBasis.Degree + c);
            TLanes.Store(d2, ref words, (2 * RnsBasis.Degree) + c);
            TLanes.Store(d3, ref words, (3 * RnsBasis.Degree) + c);
        }
    }

    /// <summary>(x - digit) / q_i mod q, canonical; digits are below 2^27 &lt; 2q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Quotient<TLanes, TVector>(TVector x, TVector digit, TVector q, int inverse)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        (uint factor, uint quotient) = Inverses[inverse];
        TVector difference = TLanes.Subtract(TLanes.Add(x, TLanes.Add(q, q)), digit);
        return NttKernel<TLanes, TVector>.Canonical(
            NttKernel<TLanes, TVector>.Multiply(difference, TLanes.Broadcast(factor), TLanes.Broadcast(quotient), q), q);
    }

    private double Digits<TLanes, TVector>(ReadOnlySpan<uint> mixed, Span<ulong> sums, Span<int> noise)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        int lanes = TLanes.Count / 2;
        ref uint source = ref MemoryMarshal.GetReference(mixed);
        ref ulong target = ref MemoryMarshal.GetReference(sums);
        ref uint errors = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<int, uint>(noise));
        ref double bases = ref MemoryMarshal.GetArrayDataReference(_bases);
        ref double inverses = ref MemoryMarshal.GetArrayDataReference(_inverses);
        int count = _bases.Length;
        int pieceBits = _pieceBits, piecesPerLimb = LimbBits / pieceBits;
        TVector shift = TLanes.BroadcastDouble(Math.ScaleB(1, pieceBits));
        TVector pieceMask = TLanes.Broadcast64((1ul << pieceBits) - 1);
        TVector limbMask = TLanes.Broadcast64((1ul << LimbBits) - 1);
        TVector one = TLanes.BroadcastDouble(1);
        TVector bound = TLanes.Broadcast((uint)_layout.NoiseBound);
        TVector largestTop = TLanes.BroadcastDouble(0);

        // Two groups of lanes side by side: each step's chain is long, and two hide its latency.
        Span<TVector> digits = stackalloc TVector[2 * (count + 1)];
        Span<TVector> limbs = stackalloc TVector[2 * Limbs];
        for (int c = 0; c < RnsBasis.Degree; c += TLanes.Count)
        {
            ToLimbs<TLanes, TVector>(ref source, c, limbMask, limbs[..Limbs]);
            ToLimbs<TLanes, TVector>(ref source, c + lanes, limbMask, limbs[Limbs..]);
            digits.Clear();
            int stage = 0;
            for (int limb = Limbs - 1; limb >= 0; limb--)
            {
                for (int piece = piecesPerLimb - 1; piece >= 0; piece--, stage++)
                {
                    TVector carry = TLanes.ToDouble(TLanes.And(TLanes.ShiftRight64(limbs[limb], piece * pieceBits), pieceMask));
                    TVector carry2 = TLanes.ToDouble(
                        TLanes.And(TLanes.ShiftRight64(limbs[Limbs + limb], piece * pieceBits), pieceMask));
                    int active = _activeDigits[stage];
                    for (int digit = 0; digit < active; digit++)
                    {
                        TVector radix = TLanes.BroadcastDouble(Unsafe.Add(ref bases, digit));
                        TVector inverse = TLanes.BroadcastDouble(Unsafe.Add(ref inverses, digit));
                        Step<TLanes, TVector>(ref digits[2 * digit], ref carry, shift, radix, inverse, one);
                        Step<TLanes, TVector>(ref digits[(2 * digit) + 1], ref carry2, shift, radix, inverse, one);
                    }

                    if (active == count)
                    {
                        digits[2 * count] = TLanes.FusedMultiplyAdd(digits[2 * count], shift, carry);
                        digits[(2 * count) + 1] = TLanes.FusedMultiplyAdd(digits[(2 * count) + 1], shift, carry2);
                    }
                }
            }

            TVector lifted = TLanes.Narrow64(TLanes.FromDouble(digits[0]), TLanes.FromDouble(digits[1]));
            TLanes.Store(TLanes.Subtract(lifted, bound), ref errors, c);
            for (int digit = 1; digit < count; digit++)
            {
                TLanes.Store64(TLanes.FromDouble(digits[2 * digit]), ref target, ((digit - 1) * RnsBasis.Degree) + c);
                TLanes.Store64(
                    TLanes.FromDouble(digits[(2 * digit) + 1]), ref target, ((digit - 1) * RnsBasis.Degree) + c + lanes);
            }

            largestTop = TLanes.MaxDouble(largestTop, TLanes.MaxDouble(digits[2 * count], digits[(2 * count) + 1]));
        }

        Span<uint> tops = stackalloc uint[TLanes.Count];
        TLanes.Store(largestTop, ref MemoryMarshal.GetReference(tops), 0);
        double result = 0;
        foreach (double top in MemoryMarshal.Cast<uint, double>(tops))
        {
            result = Math.Max(result, top);
        }

        return result;
    }

    /// <summary>One digit takes in a carry from below: digit * 2^w + carry = quotient * base + digit'.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TLanes, TVector>(
        ref TVector digit, ref TVector carry, TVector shift, TVector radix, TVector inverse, TVector one)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector value = TLanes.FusedMultiplyAdd(digit, shift, carry);
        TVector quotient = TLanes.RoundDouble(TLanes.MultiplyDouble(value, inverse));
        TVector remainder = TLanes.SubtractDouble(value, TLanes.MultiplyDouble(quotient, radix));
        TVector negative = TLanes.NegativeDouble(remainder);
        digit = TLanes.AddDouble(remainder, TLanes.And(negative, radix));
        carry = TLanes.SubtractDouble(quotient, TLanes.And(negative, one));
    }

    /// <summary>Mixed-radix digits of half a vector's coefficients to 27-bit limbs, least first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToLimbs<TLanes, TVector>(ref uint mixed, int c, TVector mask, Span<TVector> limbs)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector d0 = TLanes.Load64(ref mixed, c);
        TVector d1 = TLanes.Load64(ref mixed, RnsBasis.Degree + c);
        TVector d2 = TLanes.Load64(ref mixed, (2 * RnsBasis.Degree) + c);
        TVector d3 = TLanes.Load64(ref mixed, (3 * RnsBasis.Degree) + c);
        TVector limb0 = TLanes.Add64(
            TLanes.Add64(d0, TLanes.MultiplyEven(d1, TLanes.Broadcast(ProductLimb(1, 0)))),
            TLanes.Add64(
                TLanes.MultiplyEven(d2, TLanes.Broadcast(ProductLimb(2, 0))),
                TLanes.MultiplyEven(d3, TLanes.Broadcast(ProductLimb(3, 0)))));
        TVector limb1 = TLanes.Add64(
            TLanes.ShiftRight64(limb0, LimbBits),
            TLanes.Add64(
                TLanes.MultiplyEven(d2, TLanes.Broadcast(ProductLimb(2, 1))),
                TLanes.MultiplyEven(d3, TLanes.Broadcast(ProductLimb(3, 1)))));
        TVector limb2 = TLanes.Add64(
            TLanes.ShiftRight64(limb1, LimbBits), TLanes.MultiplyEven(d3, TLanes.Broadcast(ProductLimb(3, 2))));
        limbs[0] = TLanes.And(limb0, mask);
        limbs[1] = TLanes.And(limb1, mask);
        limbs[2] = TLanes.And(limb2, mask);
        limbs[3] = TLanes.ShiftRight64(limb2, LimbBits);
    }

    /// <summary>
    /// 27-bit limb of q_0 * ... * q_(primes - 1). Broadcast it to 32-bit lanes: the runtime's compiler (10.0.12) folds a widening
    /// product with a constant whose odd lanes are zero to zero.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ProductLimb(int primes, int limb) => ProductLimbs[(primes * Limbs) + limb];

    private static readonly uint[] ProductLimbs = PartialProductLimbs();

    private static uint[] PartialProductLimbs()
    {
        var limbs = new uint[Limbs * Limbs];
        UInt128 product = 1;
        for (int primes = 0; primes < Limbs; primes++)
        {
            for (int limb = 0; limb < Limbs; limb++)
            {
                limbs[(primes * Limbs) + limb] = (uint)(product >> (LimbBits * limb)) & ((1u << LimbBits) - 1);
            }

            product *= RnsBasis.Moduli[primes].Value;
        }

        return limbs;
    }

    /// <summary>How many digits can be non-zero once that many pieces were shifted in.</summary>
    private int[] ActiveDigits()
    {
        int stages = Limbs * LimbBits / _pieceBits;
        var active = new int[stages];
        for (int stage = 0; stage < stages; stage++)
        {
            // The allowance keeps a rounded logarithm from cutting off a digit that can just be reached.
            double bits = ((stage + 1) * _pieceBits) + 0.001;
            int digits = 1;
            for (double held = Math.Log2(_bases[0]); held < bits && digits < _bases.Length; digits++)
            {
                held += Math.Log2(_bases[digits]);
            }

            active[stage] = digits;
        }

        return active;
    }

    private static (uint Factor, uint Quotient)[] GarnerInverses()
    {
        var pairs = new List<(uint, uint)>();
        for (int j = 1; j < RnsBasis.PrimeCount; j++)
        {
            Modulus modulus = RnsBasis.Moduli[j];
            for (int i = 0; i < j; i++)
            {
                uint inverse = modulus.Invert(modulus.Reduce((ulong)RnsBasis.Moduli[i].Value));
                pairs.Add((inverse, modulus.ShoupQuotient(inverse)));
            }
        }

        return [.. pairs];
    }
}
