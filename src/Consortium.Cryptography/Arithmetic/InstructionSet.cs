using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Consortium.Cryptography.Arithmetic;

/// <summary>
/// The paths every kernel has. All give the same words; tests run each one that <see cref="InstructionSets.Supported"/> names.
/// </summary>
internal enum InstructionSet
{
    /// <summary>Plain loops: the reference, and the fallback where no vectors are to be had.</summary>
    Scalar,

    /// <summary>Four 32-bit lanes: Arm AdvSimd, SSE, or the runtime's portable vectors.</summary>
    Vector128,

    /// <summary>Eight 32-bit lanes.</summary>
    Avx2,

    /// <summary>Sixteen 32-bit lanes.</summary>
    Avx512,
}

internal static class InstructionSets
{
    public static readonly InstructionSet Best = Supported().Last();

    public static IEnumerable<InstructionSet> Supported()
    {
        yield return InstructionSet.Scalar;

        if (Vector128.IsHardwareAccelerated)
        {
            yield return InstructionSet.Vector128;
        }

        if (Avx2.IsSupported && Fma.IsSupported)
        {
            yield return InstructionSet.Avx2;
        }

        if (Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported)
        {
            yield return InstructionSet.Avx512;
        }
    }
}
