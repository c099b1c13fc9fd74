using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Scoring;

/// <summary>What encryption and scoring do word by word, modulo one prime. Spans may not overlap.</summary>
internal static class ScoringKernel
{
    private static readonly ulong[] Reciprocals =
        [.. RnsBasis.Moduli.Take(ScoringParameters.PrimeCount).Select(modulus => ulong.MaxValue / modulus.Value)];

    /// <summary>sums += values * factors, each product below 2q and congruent; at most 15 of them to a word.</summary>
    /// <param name="sums">4096 words.</param>
    /// <param name="values">Any 32-bit words.</param>
    /// <param name="factors">Canonical residues.</param>
    /// <param name="quotients">Their Shoup quotients.</param>
    /// <param name="prime">Which prime.</param>
    /// <param name="set">The path to take.</param>
    public static void MultiplyAdd(
        Span<uint> sums, ReadOnlySpan<uint> values, ReadOnlySpan<uint> factors, ReadOnlySpan<uint> quotients, int prime,
        InstructionSet set)
    {
        Debug.Assert(sums.Length == RnsBasis.Degree && values.Length == sums.Length && factors.Length == sums.Length);
        switch (set)
        {
            case InstructionSet.Avx512:
                MultiplyAdd<Lanes512, Vector512<uint>>(sums, values, factors, quotients, prime);
                break;
            case InstructionSet.Avx2:
                MultiplyAdd<Lanes256, Vector256<uint>>(sums, values, factors, quotients, prime);
                break;
            case InstructionSet.Vector128:
                MultiplyAdd<Lanes128, Vector128<uint>>(sums, values, factors, quotients, prime);
                break;
            default:
                Modulus modulus = RnsBasis.ModulusSpan[prime];
                for (int i = 0; i < sums.Length; i++)
                {
                    sums[i] += modulus.Multiply(values[i], factors[i]);
                }

                break;
        }
    }

    /// <summary>Small signed coefficients as canonical residues.</summary>
    /// <param name="coefficients">4096 of them, each of a magnitude below the prime.</param>
    /// <param name="prime">Which prime.</param>
    /// <param name="destination">4096 words.</param>
    /// <param name="set">The path to take.</param>
    public static void Residues(ReadOnlySpan<int> coefficients, int prime, Span<uint> destination, InstructionSet set)
    {
        Debug.Assert(coefficients.Length == RnsBasis.Degree && destination.Length == coefficients.Length);
        switch (set)
        {
            case InstructionSet.Avx512:
                Residues<Lanes512, Vector512<uint>>(coefficients, prime, destination);
                break;
            case InstructionSet.Avx2:
                Residues<Lanes256, Vector256<uint>>(coefficients, prime, destination);
                break;
            case InstructionSet.Vector128:
                Residues<Lanes128, Vector128<uint>>(coefficients, prime, destination);
                break;
            default:
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = Residue(coefficients[i], prime);
                }

                break;
        }
    }

    /// <summary>words += masks &amp; addend.</summary>
    /// <param name="words">4096 words.</param>
    /// <param name="masks">4096 words of ones or zeros.</param>
    /// <param name="addend">Below the prime.</param>
    /// <param name="set">The path to take.</param>
    public static void AddMasked(Span<uint> words, ReadOnlySpan<int> masks, uint addend, InstructionSet set)
    {
        Debug.Assert(words.Length == RnsBasis.Degree && masks.Length == words.Length);
        switch (set)
        {
            case InstructionSet.Avx512:
                AddMasked<Lanes512, Vector512<uint>>(words, masks, addend);
                break;
            case InstructionSet.Avx2:
                AddMasked<Lanes256, Vector256<uint>>(words, masks, addend);
                break;
            case InstructionSet.Vector128:
                AddMasked<Lanes128, Vector128<uint>>(words, masks, addend);
                break;
            default:
                for (int i = 0; i < words.Length; i++)
                {
                    words[i] += (uint)masks[i] & addend;
                }

                break;
        }
    }

    /// <summary>The canonical residue of a small signed coefficient, without a branch.</summary>
    public static uint Residue(int coefficient, int prime) =>
        (uint)(coefficient + ((coefficient >> 31) & (int)RnsBasis.ModulusSpan[prime].Value));

    /// <summary>The sum of 4096 words.</summary>
    public static ulong Sum(ReadOnlySpan<uint> words, InstructionSet set)
    {
        Debug.Assert(words.Length == RnsBasis.Degree);
        switch (set)
        {
            case InstructionSet.Avx512:
                return Sum<Lanes512, Vector512<uint>>(words);
            case InstructionSet.Avx2:
                return Sum<Lanes256, Vector256<uint>>(words);
            case InstructionSet.Vector128:
                return Sum<Lanes128, Vector128<uint>>(words);
            default:
                ulong sum = 0;
                foreach (uint word in words)
                {
                    sum += word;
                }

                return sum;
        }
    }

    /// <summary>value modulo a prime, canonical, in a time that does not depend on the value (Barrett).</summary>
    /// <param name="value">Any word.</param>
    /// <param name="prime">Which prime.</param>
    public static uint Reduce(ulong value, int prime)
    {
        uint modulus = RnsBasis.ModulusSpan[prime].Value;
        ulong quotient = Math.BigMul(value, Reciprocals[prime], out _);

        // The quotient lacks at most one.
        uint remainder = (uint)(value - (quotient * modulus)), less = remainder - modulus;
        return less + ((uint)((int)less >> 31) & modulus);
    }

    private static void Residues<TLanes, TVector>(ReadOnlySpan<int> coefficients, int prime, Span<uint> destination)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector q = TLanes.Broadcast(RnsBasis.ModulusSpan[prime].Value);
        ref uint source = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<int, uint>(coefficients));
        ref uint target = ref MemoryMarshal.GetReference(destination);
        for (int i = 0; i < RnsBasis.Degree; i += TLanes.Count)
        {
            TVector value = TLanes.Load(ref source, i);
            TLanes.Store(TLanes.Add(value, TLanes.And(TLanes.SignMask(value), q)), ref target, i);
        }
    }

    private static void AddMasked<TLanes, TVector>(Span<uint> words, ReadOnlySpan<int> masks, uint addend)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector value = TLanes.Broadcast(addend);
        ref uint source = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<int, uint>(masks));
        ref uint target = ref MemoryMarshal.GetReference(words);
        for (int i = 0; i < RnsBasis.Degree; i += TLanes.Count)
        {
            TVector masked = TLanes.And(TLanes.Load(ref source, i), value);
            TLanes.Store(TLanes.Add(TLanes.Load(ref target, i), masked), ref target, i);
        }
    }

    /// <summary>Halves of 16 bits in sums of their own: 1024 of them stay below 2^26 in a lane.</summary>
    private static ulong Sum<TLanes, TVector>(ReadOnlySpan<uint> words)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector low = TLanes.Broadcast(0), high = low, mask = TLanes.Broadcast(0xFFFF);
        ref uint source = ref MemoryMarshal.GetReference(words);
        for (int i = 0; i < RnsBasis.Degree; i += TLanes.Count)
        {
            TVector word = TLanes.Load(ref source, i);
            low = TLanes.Add(low, TLanes.And(word, mask));
            high = TLanes.Add(high, TLanes.ShiftRight(word, 16));
        }

        Span<uint> lanes = stackalloc uint[2 * TLanes.Count];
        TLanes.Store(low, ref lanes[0], 0);
        TLanes.Store(high, ref lanes[0], TLanes.Count);
        ulong sum = 0;
        for (int i = 0; i < TLanes.Count; i++)
        {
            sum += lanes[i] + ((ulong)lanes[TLanes.Count + i] << 16);
        }

        lanes.Clear();
        return sum;
    }

    private static void MultiplyAdd<TLanes, TVector>(
        Span<uint> sums, ReadOnlySpan<uint> values, ReadOnlySpan<uint> factors, ReadOnlySpan<uint> quotients, int prime)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector q = TLanes.Broadcast(RnsBasis.ModulusSpan[prime].Value);
        ref uint target = ref MemoryMarshal.GetReference(sums);
        ref uint value = ref MemoryMarshal.GetReference(values);
        ref uint factor = ref MemoryMarshal.GetReference(factors);
        ref uint quotient = ref MemoryMarshal.GetReference(quotients);
        for (int i = 0; i < RnsBasis.Degree; i += TLanes.Count)
        {
            TVector product = NttKernel<TLanes, TVector>.Multiply(
                TLanes.Load(ref value, i), TLanes.Load(ref factor, i), TLanes.Load(ref quotient, i), q);
            TLanes.Store(TLanes.Add(TLanes.Load(ref target, i), product), ref target, i);
        }
    }
}
