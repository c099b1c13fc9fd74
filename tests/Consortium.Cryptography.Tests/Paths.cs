using Consortium.Cryptography.Arithmetic;

namespace Consortium.Cryptography.Tests;

/// <summary>The instruction sets of this machine, by name, for theories that run every path.</summary>
public static class Paths
{
    public static TheoryData<string> Supported => [.. InstructionSets.Supported().Select(set => set.ToString())];

    internal static InstructionSet Named(string name) => Enum.Parse<InstructionSet>(name);
}
