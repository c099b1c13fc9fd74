using System.Security.Cryptography;
using Consortium.Cryptography.Identity;

namespace Consortium.Cryptography.Tests.Identity;

public sealed class StorageKeyTests(TestIdentities identities) : IClassFixture<TestIdentities>
{
    private static readonly byte[] Secret = [1, 2, 3, 4];

    private static RandomNumberGenerator Random { get; } = RandomNumberGenerator.Create();

    [Fact]
    public void TryOpen_AsWhatItWasSealed_GivesThePlaintextAndOtherwiseNothing()
    {
        using StorageKey key = StorageKey.Generate(Random), other = StorageKey.Generate(Random);
        byte[] kept = key.Seal(Secret, "ratchet"u8, Random);

        Assert.True(key.TryOpen(kept, "ratchet"u8, out byte[]? opened));
        Assert.Equal(Secret, opened);
        Assert.False(key.TryOpen(kept, "seeds"u8, out _));
        Assert.False(other.TryOpen(kept, "ratchet"u8, out _));
        Assert.NotEqual(kept, key.Seal(Secret, "ratchet"u8, Random));
        for (int bit = 0; bit < 8 * kept.Length; bit++)
        {
            byte[] damaged = [.. kept];
            damaged[bit >> 3] ^= (byte)(1 << (bit & 7));
            Assert.False(key.TryOpen(damaged, "ratchet"u8, out _));
        }

        Assert.False(key.TryOpen(kept.AsSpan(0, StorageKey.Overhead - 1), "ratchet"u8, out _));
    }

    [Fact]
    public void Unwrap_ByItsOwner_GivesTheKeyAndToNobodyElse()
    {
        using StorageKey key = StorageKey.Generate(Random);
        byte[] wrapped = key.Wrap(identities.Holder.Public, Context("keys"));
        byte[] kept = key.Seal(Secret, "seeds"u8, Random);

        using StorageKey? unwrapped = StorageKey.Unwrap(wrapped, identities.Holder, Context("keys"));
        Assert.True(unwrapped!.TryOpen(kept, "seeds"u8, out _));
        Assert.Null(StorageKey.Unwrap(wrapped, identities.Bank, Context("keys")));
        Assert.Null(StorageKey.Unwrap(wrapped, identities.Holder, Context("other keys")));
        Assert.Null(StorageKey.Unwrap(
            Envelope.Seal(Secret, identities.Holder.Public, Context("keys")), identities.Holder, Context("keys")));
    }

    [Fact]
    public void Dispose_Key_SealsAndOpensNothing()
    {
        StorageKey key = StorageKey.Generate(Random);
        byte[] kept = key.Seal(Secret, "seeds"u8, Random);
        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => key.TryOpen(kept, "seeds"u8, out _));
        Assert.Throws<ObjectDisposedException>(() => key.Seal(Secret, "seeds"u8, Random));
    }

    private EnvelopeContext Context(string purpose) => new()
    {
        Consortium = new byte[32],
        Session = new byte[32],
        Round = 0,
        Attempt = 0,
        Sender = identities.Holder.Public,
        Purpose = purpose,
    };
}
