using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Sampling;
using Consortium.Protocol.Messages;

namespace Consortium.Testing;

/// <summary>
/// What an aggregator can add to a sum without anybody's key: an encryption under the key 0, without noise. The sum stays
/// well-formed and opens.
/// </summary>
public static class UnderKeyZero
{
    /// <summary>Chunk 0 of an encryption of these values.</summary>
    public static byte[] Encrypt(SlotLayout layout, AttemptId attempt, ReadOnlySpan<ulong> values)
    {
        byte[] chunk = new byte[WireChunk.Size];
        using var key = SecretKey.Generate(Zeros.Instance);
        using var encryptor = new Encryptor(key, layout, AttemptSeed.Of(attempt), Zeros.Instance);
        encryptor.Encrypt(values, chunk);
        return chunk;
    }

    /// <summary>The sampler makes zeros of it.</summary>
    private sealed class Zeros : RandomSource
    {
        public static Zeros Instance { get; } = new();

        public override void Fill(Span<byte> destination) => destination.Clear();
    }
}
