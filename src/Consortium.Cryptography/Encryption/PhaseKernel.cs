using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Encryption;

/// <summary>The products with a key that hide a message and lay it open again, word by word in the transform domain.</summary>
internal static class PhaseKernel
{
    /// <summary>words = NTT(words) - a * s, canonical.</summary>
    /// <param name="words">4096 coefficients of one prime, below 7q.</param>
    /// <param name="uniform">a: any 32-bit words congruent to it.</param>
    /// <param name="key">s and its quotients.</param>
    /// <param name="prime">Which prime.</param>
    /// <param name="set">The path to take.</param>
    public static void Mask(Span<uint> words, ReadOnlySpan<uint> uniform, KeyOperand key, int prime, InstructionSet set)
    {
        switch (set)
        {
            case InstructionSet.Avx512:
                Mask<Lanes512, Vector512<uint>>(words, uniform, key, prime);
                break;
            case InstructionSet.Avx2:
                Mask<Lanes256, Vector256<uint>>(words, uniform, key, prime);
                break;
            case InstructionSet.Vector128:
                Mask<Lanes128, Vector128<uint>>(words, uniform, key, prime);
                break;
            default:
                MaskReference(words, uniform, key, prime);
                break;
        }
    }

    /// <summary>words = inverse NTT(words + a * S), canonical coefficients of the phase.</summary>
    /// <param name="words">4096 canonical evaluations of one prime.</param>
    /// <param name="uniform">a: any 32-bit words congruent to it.</param>
    /// <param name="key">S and its quotients.</param>
    /// <param name="prime">Which prime.</param>
    /// <param name="set">The path to take.</param>
    public static void Unmask(Span<uint> words, ReadOnlySpan<uint> uniform, KeyOperand key, int prime, InstructionSet set)
    {
        switch (set)
        {
            case InstructionSet.Avx512:
                AddProduct<Lanes512, Vector512<uint>>(words, uniform, key, prime);
                break;
            case InstructionSet.Avx2:
                AddProduct<Lanes256, Vector256<uint>>(words, uniform, key, prime);
                break;
            case InstructionSet.Vector128:
                AddProduct<Lanes128, Vector128<uint>>(words, uniform, key, prime);
                break;
            default:
                Modulus modulus = RnsBasis.ModulusSpan[prime];
                ReadOnlySpan<uint> factors = key.Words(prime);
                for (int i = 0; i < words.Length; i++)
                {
                    words[i] = modulus.Add(words[i], modulus.Multiply(uniform[i], factors[i]));
                }

                break;
        }

        NumberTheoreticTransform.Inverse(words, prime, set);
    }

    private static void MaskReference(Span<uint> words, ReadOnlySpan<uint> uniform, KeyOperand key, int prime)
    {
        Modulus modulus = RnsBasis.ModulusSpan[prime];
        ReadOnlySpan<uint> factors = key.Words(prime);
        foreach (ref uint word in words)
        {
            word = modulus.Reduce((ulong)word);
        }

        NttReference.Forward(words, prime);
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = modulus.Subtract(words[i], modulus.Multiply(uniform[i], factors[i]));
        }
    }

    private static void Mask<TLanes, TVector>(Span<uint> words, ReadOnlySpan<uint> uniform, KeyOperand key, int prime)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        Debug.Assert(words.Length == RnsBasis.Degree && uniform.Length == RnsBasis.Degree);
        NttKernel<TLanes, TVector>.ForwardLazy(words, prime);

        // Transformed words stay below 31q, and the product below q once canonical: 32q at most.
        Modulus modulus = RnsBasis.ModulusSpan[prime];
        TVector q = TLanes.Broadcast(modulus.Value);
        TVector complement = TLanes.Broadcast(modulus.Complement);
        ref uint target = ref MemoryMarshal.GetReference(words);
        ref uint factors = ref MemoryMarshal.GetReference(uniform);
        ref uint secrets = ref MemoryMarshal.GetReference(key.Words(prime));
        ref uint quotients = ref MemoryMarshal.GetReference(key.Quotients(prime));
        for (int i = 0; i < RnsBasis.Degree; i += TLanes.Count)
        {
            TVector product = NttKernel<TLanes, TVector>.Canonical(
                NttKernel<TLanes, TVector>.Multiply(
                    TLanes.Load(ref factors, i), TLanes.Load(ref secrets, i), TLanes.Load(ref quotients, i), q), q);
            TVector masked = TLanes.Subtract(TLanes.Add(TLanes.Load(ref target, i), q), product);
            TLanes.Store(
                NttKernel<TLanes, TVector>.Canonical(NttKernel<TLanes, TVector>.Fold(masked, complement), q), ref target, i);
        }
    }

    private static void AddProduct<TLanes, TVector>(Span<uint> words, ReadOnlySpan<uint> uniform, KeyOperand key, int prime)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        Debug.Assert(words.Length == RnsBasis.Degree && uniform.Length == RnsBasis.Degree);
        TVector q = TLanes.Broadcast(RnsBasis.ModulusSpan[prime].Value);
        ref uint target = ref MemoryMarshal.GetReference(words);
        ref uint factors = ref MemoryMarshal.GetReference(uniform);
        ref uint secrets = ref MemoryMarshal.GetReference(key.Words(prime));
        ref uint quotients = ref MemoryMarshal.GetReference(key.Quotients(prime));
        for (int i = 0; i < RnsBasis.Degree; i += TLanes.Count)
        {
            TVector product = NttKernel<TLanes, TVector>.Canonical(
                NttKernel<TLanes, TVector>.Multiply(
                    TLanes.Load(ref factors, i), TLanes.Load(ref secrets, i), TLanes.Load(ref quotients, i), q), q);
            TLanes.Store(TLanes.Add(TLanes.Load(ref target, i), product), ref target, i);
        }
    }
}
