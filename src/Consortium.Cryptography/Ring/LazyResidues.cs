using System.Runtime.Intrinsics;
using Consortium.Cryptography.Arithmetic;

namespace Consortium.Cryptography.Ring;

/// <summary>Words that are congruent to residues and not yet canonical.</summary>
internal static class LazyResidues
{
    /// <summary>Reduces any 32-bit words, a multiple of 16 of them, modulo one prime in place.</summary>
    public static void Reduce(Span<uint> words, int prime, InstructionSet set)
    {
        switch (set)
        {
            case InstructionSet.Avx512:
                NttKernel<Lanes512, Vector512<uint>>.Reduce(words, prime);
                break;
            case InstructionSet.Avx2:
                NttKernel<Lanes256, Vector256<uint>>.Reduce(words, prime);
                break;
            case InstructionSet.Vector128:
                NttKernel<Lanes128, Vector128<uint>>.Reduce(words, prime);
                break;
            default:
                uint modulus = RnsBasis.ModulusSpan[prime].Value;
                foreach (ref uint word in words)
                {
                    word %= modulus;
                }

                break;
        }
    }
}
