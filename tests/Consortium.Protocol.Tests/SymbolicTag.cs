using System.Buffers.Binary;
using System.Security.Cryptography;
using Consortium.Cryptography.Encryption;
using Consortium.Primitives;

namespace Consortium.Protocol.Tests;

/// <summary>What stands for the tag of an update where there is no ciphertext: words that follow from what it is of.</summary>
internal static class SymbolicTag
{
    /// <param name="source">The manifest of what is tagged.</param>
    /// <param name="cohort">The cohort under which it is.</param>
    public static SumTag Of(Digest source, Digest cohort)
    {
        byte[] words = new byte[SumTag.Size];
        byte[] seed = [.. source.ToArray(), .. cohort.ToArray()];
        HKDF.Expand(HashAlgorithmName.SHA256, seed, words, []);
        for (int at = 0; at < words.Length; at += sizeof(uint))
        {
            Span<byte> word = words.AsSpan(at);
            uint drawn = BinaryPrimitives.ReadUInt32LittleEndian(word);
            BinaryPrimitives.WriteUInt32LittleEndian(word, drawn >> 6); // below every prime
        }

        return SumTag.Decode(words);
    }
}
