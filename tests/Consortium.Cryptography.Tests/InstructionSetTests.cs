using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Consortium.Cryptography.Tests;

/// <summary>tests/run.sh runs these tests again with instruction sets switched off; here that is seen to take effect.</summary>
public sealed class InstructionSetTests
{
    [Fact]
    public void Environment_SwitchesAnInstructionSetOff_RuntimeDoesNotUseIt()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_EnableAVX512") == "0")
        {
            Assert.False(Avx512F.IsSupported);
        }

        if (Environment.GetEnvironmentVariable("DOTNET_EnableHWIntrinsic") == "0")
        {
            Assert.False(Avx2.IsSupported);
            Assert.False(Vector128.IsHardwareAccelerated);
        }
    }
}
