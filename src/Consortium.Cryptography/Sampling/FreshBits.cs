using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Consortium.Cryptography.Sampling;

/// <summary>Single random words, for decisions that are rare.</summary>
internal static class FreshBits
{
    public static ulong Word(RandomSource source)
    {
        Span<ulong> word = stackalloc ulong[1];
        source.Fill(MemoryMarshal.AsBytes(word));
        ulong drawn = word[0];
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(word));
        return drawn;
    }
}
