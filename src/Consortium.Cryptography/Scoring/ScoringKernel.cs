using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Scoring;

/// <summary>Products by fixed factors with Shoup quotients, word by word. Spans may not overlap.</summary>
internal static class ScoringKernel
{
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
