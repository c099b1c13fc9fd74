using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Encryption;

/// <summary>The inner products of one prime's residues with the five vectors of a tag.</summary>
internal static class SumTagKernel
{
    /// <param name="residues">4096 canonical residues.</param>
    /// <param name="factors">Five times 4096 canonical residues.</param>
    /// <param name="products">Receives five canonical residues.</param>
    /// <param name="prime">Which prime.</param>
    /// <param name="set">The path to take.</param>
    public static void Products(
        ReadOnlySpan<uint> residues, ReadOnlySpan<uint> factors, Span<uint> products, int prime, InstructionSet set)
    {
        Debug.Assert(residues.Length == RnsBasis.Degree && products.Length == SumTag.Copies);
        Debug.Assert(factors.Length == SumTag.Copies * RnsBasis.Degree);
        switch (set)
        {
            case InstructionSet.Avx512:
                Products<Lanes512, Vector512<uint>>(residues, factors, products, prime);
                break;
            case InstructionSet.Avx2:
                Products<Lanes256, Vector256<uint>>(residues, factors, products, prime);
                break;
            case InstructionSet.Vector128:
                Products<Lanes128, Vector128<uint>>(residues, factors, products, prime);
                break;
            default:
                ProductsReference(residues, factors, products, prime);
                break;
        }
    }

    private static void ProductsReference(ReadOnlySpan<uint> residues, ReadOnlySpan<uint> factors, Span<uint> products, int prime)
    {
        Modulus modulus = RnsBasis.ModulusSpan[prime];
        for (int copy = 0; copy < products.Length; copy++)
        {
            uint sum = 0;
            for (int i = 0; i < residues.Length; i++)
            {
                sum = modulus.Add(sum, modulus.Multiply(residues[i], factors[(copy * RnsBasis.Degree) + i]));
            }

            products[copy] = sum;
        }
    }

    private static void Products<TLanes, TVector>(
        ReadOnlySpan<uint> residues, ReadOnlySpan<uint> factors, Span<uint> products, int prime)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        // A 64-bit lane sums 1024 products of two words below 2^27: two of each vector. Narrow vectors are reduced more often.
        int block = Math.Min(512 * TLanes.Count, RnsBasis.Degree);
        Modulus modulus = RnsBasis.ModulusSpan[prime];
        ref uint words = ref MemoryMarshal.GetReference(residues);
        ref uint weights = ref MemoryMarshal.GetReference(factors);
        Span<TVector> sums = stackalloc TVector[SumTag.Copies];
        Span<ulong> lanes = stackalloc ulong[TLanes.Count / 2];
        products.Clear();
        for (int start = 0; start < RnsBasis.Degree; start += block)
        {
            TVector sum0 = TLanes.Broadcast(0), sum1 = sum0, sum2 = sum0, sum3 = sum0, sum4 = sum0;
            for (int i = start; i < start + block; i += TLanes.Count)
            {
                TVector even = TLanes.Load(ref words, i), odd = TLanes.ShiftRight64(even, 32);
                sum0 = MultiplyAdd<TLanes, TVector>(sum0, even, odd, TLanes.Load(ref weights, i));
                sum1 = MultiplyAdd<TLanes, TVector>(sum1, even, odd, TLanes.Load(ref weights, RnsBasis.Degree + i));
                sum2 = MultiplyAdd<TLanes, TVector>(sum2, even, odd, TLanes.Load(ref weights, (2 * RnsBasis.Degree) + i));
                sum3 = MultiplyAdd<TLanes, TVector>(sum3, even, odd, TLanes.Load(ref weights, (3 * RnsBasis.Degree) + i));
                sum4 = MultiplyAdd<TLanes, TVector>(sum4, even, odd, TLanes.Load(ref weights, (4 * RnsBasis.Degree) + i));
            }

            (sums[0], sums[1], sums[2], sums[3], sums[4]) = (sum0, sum1, sum2, sum3, sum4);
            for (int copy = 0; copy < SumTag.Copies; copy++)
            {
                TLanes.Store64(sums[copy], ref MemoryMarshal.GetReference(lanes), 0);
                foreach (ulong lane in lanes)
                {
                    products[copy] = modulus.Add(products[copy], modulus.Reduce(lane));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector MultiplyAdd<TLanes, TVector>(TVector sum, TVector even, TVector odd, TVector factor)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged =>
        TLanes.Add64(
            sum,
            TLanes.Add64(TLanes.MultiplyEven(even, factor), TLanes.MultiplyEven(odd, TLanes.ShiftRight64(factor, 32))));
}
