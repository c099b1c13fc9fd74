using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Encryption;

/// <summary>Values and noise to residues of e + Delta * m, with m = sum of v_j * radix^j. Immutable, thread-safe.</summary>
/// <remarks>
/// A value enters as 16-bit digits, each with a constant Delta * radix^j * 2^(16d) mod q. Products have 43 bits, at most 16 are
/// summed, and two folds at bit 27 bring the 47-bit sum below 6q: no division, no branch on a value.
/// </remarks>
internal sealed class ChunkEncoder
{
    /// <summary>More digits than the widest layout has in a coefficient; with it a sum of products stays below 2^47.</summary>
    private const int MostDigitSum = 16 * 65535;

    private readonly uint[] _constants;
    private readonly int _digits;

    public ChunkEncoder(SlotLayout layout)
    {
        _digits = layout.Slots * layout.DigitsPerValue;
        Debug.Assert((ulong)_digits * Math.Min(layout.Levels - 1, ushort.MaxValue) <= MostDigitSum);
        _constants = new uint[RnsBasis.PrimeCount * _digits];
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            Modulus modulus = RnsBasis.ModulusSpan[prime];
            uint scale = (uint)layout.Delta;
            for (int slot = 0; slot < layout.Slots; slot++)
            {
                uint constant = scale;
                for (int digit = 0; digit < layout.DigitsPerValue; digit++)
                {
                    _constants[(prime * _digits) + (slot * layout.DigitsPerValue) + digit] = constant;
                    constant = modulus.Multiply(constant, 1u << 16);
                }

                scale = modulus.Multiply(scale, modulus.Reduce(layout.Radix));
            }
        }
    }

    /// <summary>Writes words below 7q, congruent to e + Delta * m.</summary>
    /// <param name="digits">
    /// Digit planes of 4096 words: digit d of the value in slot j of coefficient c at ((j * digitsPerValue) + d) * 4096 + c.
    /// </param>
    /// <param name="noise">4096 coefficients, |e| below every prime.</param>
    /// <param name="words">4 * 4096 words, prime-major.</param>
    /// <param name="set">The path to take.</param>
    public void Encode(ReadOnlySpan<ushort> digits, ReadOnlySpan<int> noise, Span<uint> words, InstructionSet set)
    {
        Debug.Assert(
            digits.Length == _digits * RnsBasis.Degree && noise.Length == RnsBasis.Degree && words.Length == RnsBasis.WordCount);
        switch (set)
        {
            case InstructionSet.Avx512:
                Encode<Lanes512, Vector512<uint>>(digits, noise, words);
                break;
            case InstructionSet.Avx2:
                Encode<Lanes256, Vector256<uint>>(digits, noise, words);
                break;
            case InstructionSet.Vector128:
                Encode<Lanes128, Vector128<uint>>(digits, noise, words);
                break;
            default:
                EncodeReference(digits, noise, words);
                break;
        }
    }

    private void EncodeReference(ReadOnlySpan<ushort> digits, ReadOnlySpan<int> noise, Span<uint> words)
    {
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            Modulus modulus = RnsBasis.ModulusSpan[prime];
            for (int c = 0; c < RnsBasis.Degree; c++)
            {
                ulong sum = 0;
                for (int digit = 0; digit < _digits; digit++)
                {
                    sum += (ulong)digits[(digit * RnsBasis.Degree) + c] * _constants[(prime * _digits) + digit];
                }

                uint lifted = (uint)(noise[c] + ((noise[c] >> 31) & (int)modulus.Value));
                words[(prime * RnsBasis.Degree) + c] = (uint)(Fold(Fold(sum, modulus), modulus) + lifted);
            }
        }
    }

    private static ulong Fold(ulong value, Modulus modulus) =>
        (value & ((1u << Modulus.Bits) - 1)) + ((value >> Modulus.Bits) * modulus.Complement);

    private void Encode<TLanes, TVector>(ReadOnlySpan<ushort> digits, ReadOnlySpan<int> noise, Span<uint> words)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        ref ushort source = ref MemoryMarshal.GetReference(digits);
        ref uint errors = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<int, uint>(noise));
        ref uint target = ref MemoryMarshal.GetReference(words);
        ref uint constants = ref MemoryMarshal.GetArrayDataReference(_constants);
        int count = _digits;
        TVector q0 = TLanes.Broadcast(RnsBasis.ModulusSpan[0].Value), d0 = TLanes.Broadcast(RnsBasis.ModulusSpan[0].Complement);
        TVector q1 = TLanes.Broadcast(RnsBasis.ModulusSpan[1].Value), d1 = TLanes.Broadcast(RnsBasis.ModulusSpan[1].Complement);
        TVector q2 = TLanes.Broadcast(RnsBasis.ModulusSpan[2].Value), d2 = TLanes.Broadcast(RnsBasis.ModulusSpan[2].Complement);
        TVector q3 = TLanes.Broadcast(RnsBasis.ModulusSpan[3].Value), d3 = TLanes.Broadcast(RnsBasis.ModulusSpan[3].Complement);
        for (int c = 0; c < RnsBasis.Degree; c += TLanes.Count)
        {
            TVector zero = TLanes.Broadcast(0);
            TVector even0 = zero, odd0 = zero, even1 = zero, odd1 = zero, even2 = zero, odd2 = zero, even3 = zero, odd3 = zero;
            for (int digit = 0; digit < count; digit++)
            {
                TVector even = TLanes.LoadWide(ref source, (digit * RnsBasis.Degree) + c);
                TVector odd = TLanes.ShiftRight64(even, 32);
                MultiplyAdd<TLanes, TVector>(ref even0, ref odd0, even, odd, Unsafe.Add(ref constants, digit));
                MultiplyAdd<TLanes, TVector>(ref even1, ref odd1, even, odd, Unsafe.Add(ref constants, count + digit));
                MultiplyAdd<TLanes, TVector>(ref even2, ref odd2, even, odd, Unsafe.Add(ref constants, (2 * count) + digit));
                MultiplyAdd<TLanes, TVector>(ref even3, ref odd3, even, odd, Unsafe.Add(ref constants, (3 * count) + digit));
            }

            TVector error = TLanes.Load(ref errors, c);
            TVector negative = TLanes.SignMask(error);
            Finish<TLanes, TVector>(even0, odd0, error, negative, q0, d0, ref target, c);
            Finish<TLanes, TVector>(even1, odd1, error, negative, q1, d1, ref target, RnsBasis.Degree + c);
            Finish<TLanes, TVector>(even2, odd2, error, negative, q2, d2, ref target, (2 * RnsBasis.Degree) + c);
            Finish<TLanes, TVector>(even3, odd3, error, negative, q3, d3, ref target, (3 * RnsBasis.Degree) + c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd<TLanes, TVector>(
        ref TVector evenSum, ref TVector oddSum, TVector even, TVector odd, uint constant)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector factor = TLanes.Broadcast(constant);
        evenSum = TLanes.Add64(evenSum, TLanes.MultiplyEven(even, factor));
        oddSum = TLanes.Add64(oddSum, TLanes.MultiplyEven(odd, factor));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TLanes, TVector>(
        TVector even, TVector odd, TVector error, TVector negative, TVector q, TVector complement, ref uint target, int offset)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        even = Fold<TLanes, TVector>(Fold<TLanes, TVector>(even, complement), complement);
        odd = Fold<TLanes, TVector>(Fold<TLanes, TVector>(odd, complement), complement);
        TVector message = TLanes.Or(even, TLanes.ShiftLeft64(odd, 32));
        TVector lifted = TLanes.Add(error, TLanes.And(negative, q));
        TLanes.Store(TLanes.Add(message, lifted), ref target, offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Fold<TLanes, TVector>(TVector value, TVector complement)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged =>
        TLanes.Add64(
            TLanes.And(value, TLanes.Broadcast64((1ul << Modulus.Bits) - 1)),
            TLanes.MultiplyEven(TLanes.ShiftRight64(value, Modulus.Bits), complement));
}
