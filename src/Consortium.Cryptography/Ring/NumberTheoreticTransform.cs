using System.Runtime.Intrinsics;
using Consortium.Cryptography.Arithmetic;

namespace Consortium.Cryptography.Ring;

/// <summary>
/// Negacyclic number-theoretic transforms of R_q in Microsoft SEAL's order: word i of the output is poly(psi^(2*bitrev(i)+1)).
/// </summary>
public static class NumberTheoreticTransform
{
    /// <summary>Transforms in place; the argument's words move to the result, and the argument is empty from then on.</summary>
    public static Polynomial<Ntt> Forward(Polynomial<Coefficients> polynomial)
    {
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            Forward(polynomial.WritableResidues(prime), prime, InstructionSets.Best);
        }

        return polynomial.MoveTo<Ntt>();
    }

    /// <summary>
    /// Transforms back in place; the argument's words move to the result, and the argument is empty from then on.
    /// </summary>
    public static Polynomial<Coefficients> Inverse(Polynomial<Ntt> polynomial)
    {
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            Inverse(polynomial.WritableResidues(prime), prime, InstructionSets.Best);
        }

        return polynomial.MoveTo<Coefficients>();
    }

    /// <summary>Canonical coefficients of one prime to canonical evaluations, in place.</summary>
    internal static void Forward(Span<uint> words, int prime, InstructionSet set)
    {
        switch (set)
        {
            case InstructionSet.Avx512:
                NttKernel<Lanes512, Vector512<uint>>.ForwardLazy(words, prime);
                NttKernel<Lanes512, Vector512<uint>>.Reduce(words, prime);
                break;
            case InstructionSet.Avx2:
                NttKernel<Lanes256, Vector256<uint>>.ForwardLazy(words, prime);
                NttKernel<Lanes256, Vector256<uint>>.Reduce(words, prime);
                break;
            case InstructionSet.Vector128:
                NttKernel<Lanes128, Vector128<uint>>.ForwardLazy(words, prime);
                NttKernel<Lanes128, Vector128<uint>>.Reduce(words, prime);
                break;
            default:
                NttReference.Forward(words, prime);
                break;
        }
    }

    /// <summary>Evaluations of one prime, below 2q, to canonical coefficients, in place.</summary>
    internal static void Inverse(Span<uint> words, int prime, InstructionSet set)
    {
        switch (set)
        {
            case InstructionSet.Avx512:
                NttKernel<Lanes512, Vector512<uint>>.Inverse(words, prime);
                break;
            case InstructionSet.Avx2:
                NttKernel<Lanes256, Vector256<uint>>.Inverse(words, prime);
                break;
            case InstructionSet.Vector128:
                NttKernel<Lanes128, Vector128<uint>>.Inverse(words, prime);
                break;
            default:
                NttReference.Inverse(words, prime);
                break;
        }
    }
}
