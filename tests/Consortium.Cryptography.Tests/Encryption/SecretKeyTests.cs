using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Tests.Encryption;

public sealed class SecretKeyTests
{
    private static readonly SlotLayout Layout = SlotLayout.For(10, 65536);

    [Fact]
    public void Encryptor_KeyUsedBefore_IsRejected()
    {
        using SecretKey key = SecretKey.Generate(RandomSource.OperatingSystem);
        using (new Encryptor(key, Layout, Cohort.Seed, RandomSource.OperatingSystem))
        {
            Assert.True(key.IsSpent);
        }

        Assert.Throws<InvalidOperationException>(() => new Encryptor(key, Layout, Cohort.Seed, RandomSource.OperatingSystem));
    }

    [Fact]
    public void Encrypt_AfterTheVectorEnded_IsRejected()
    {
        using SecretKey key = SecretKey.Generate(RandomSource.OperatingSystem);
        var encryptor = new Encryptor(key, Layout, Cohort.Seed, RandomSource.OperatingSystem);
        var wire = new byte[WireChunk.Size];
        encryptor.Encrypt(new ushort[Layout.ValuesPerChunk], wire);
        encryptor.Encrypt(new ushort[5], wire);

        Assert.Equal(2, encryptor.NextChunk);
        Assert.Throws<InvalidOperationException>(() => encryptor.Encrypt(new ushort[5], wire));
        encryptor.Dispose();
        Assert.Throws<InvalidOperationException>(() => encryptor.Encrypt(new ushort[5], wire));
    }

    [Fact]
    public void Encrypt_ValueNotBelowTheLevels_EncryptsNothing()
    {
        using SecretKey key = SecretKey.Generate(RandomSource.OperatingSystem);
        using var encryptor = new Encryptor(key, SlotLayout.For(10, 1000), Cohort.Seed, RandomSource.OperatingSystem);
        var wire = new byte[WireChunk.Size];
        var narrow = new ushort[777];
        narrow[776] = 1000;
        var wide = new ulong[777];
        wide[3] = ulong.MaxValue;

        Assert.Throws<ArgumentOutOfRangeException>(() => encryptor.Encrypt(narrow, wire));
        Assert.Throws<ArgumentOutOfRangeException>(() => encryptor.Encrypt(wide, wire));
        Assert.Throws<ArgumentOutOfRangeException>(() => encryptor.Encrypt(new ushort[encryptor.NextChunk], wire));
        Assert.Throws<ArgumentOutOfRangeException>(() => encryptor.Encrypt(narrow, wire.AsSpan(1)));
        Assert.Equal(0, encryptor.NextChunk);
        Assert.False(wire.AsSpan().ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Dispose_CoefficientsSeenThroughTheBuffer_AreZero()
    {
        SecretKey key = SecretKey.Generate(RandomSource.OperatingSystem);
        ReadOnlySpan<int> secret = key.Coefficients;
        Assert.True(secret.ContainsAnyExcept(0));
        var operand = new KeyOperand(secret);
        ReadOnlySpan<uint> words = operand.Words(2), quotients = operand.Quotients(2);
        var keySum = new KeySum([.. secret.ToArray().Select(value => (short)value)], 1);
        ReadOnlySpan<int> sum = keySum.Coefficients;

        key.Dispose();
        operand.Dispose();
        keySum.Dispose();

        Assert.False(secret.ContainsAnyExcept(0));
        Assert.False(words.ContainsAnyExcept(0u));
        Assert.False(quotients.ContainsAnyExcept(0u));
        Assert.False(sum.ContainsAnyExcept(0));
        Assert.Throws<ObjectDisposedException>(() => key.Coefficients.Length);
        Assert.Throws<ObjectDisposedException>(() => new Encryptor(key, Layout, Cohort.Seed, RandomSource.OperatingSystem));
        Assert.Equal("SecretKey(redacted)", key.ToString());
        Assert.Equal("KeySum(redacted)", keySum.ToString());
    }

    /// <summary>
    /// Quotients are found by a rounded product, not a division: they may fall short of the true one by at most one, and never
    /// exceed it.
    /// </summary>
    [Fact]
    public void KeyOperand_Quotients_NeverExceedTheTrueOnes()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using SeededRandomSource source = Seeded.Source(seed);
            using SecretKey key = SecretKey.Generate(source);
            using var operand = new KeyOperand(key.Coefficients);
            for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
            {
                for (int i = 0; i < RnsBasis.Degree; i++)
                {
                    uint exact = RnsBasis.Moduli[prime].ShoupQuotient(operand.Words(prime)[i]);
                    Assert.InRange(operand.Quotients(prime)[i], exact == 0 ? 0 : exact - 1, exact);
                }
            }
        }
    }
}
