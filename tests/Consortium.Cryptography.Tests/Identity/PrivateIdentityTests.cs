using Consortium.Cryptography.Identity;
using Org.BouncyCastle.Crypto.Parameters;

namespace Consortium.Cryptography.Tests.Identity;

public sealed class PrivateIdentityTests
{
    [Fact]
    public void Dispose_ZeroesSeedsAndExpandedKeys()
    {
        PrivateIdentity identity = TestIdentities.Seeded("First Bank");
        ReadOnlySpan<byte> seeds = identity.Seeds;
        MLDsaPrivateKeyParameters signing = identity.ExpandedSigningKey;
        MLKemPrivateKeyParameters receiving = identity.ExpandedReceivingKey;
        byte[][] Secrets() =>
        [
            ExpandedKeyErasure.K(signing), ExpandedKeyErasure.S1(signing), ExpandedKeyErasure.S2(signing),
            ExpandedKeyErasure.T0(signing), ExpandedKeyErasure.Encoding(receiving),
        ];
        Assert.True(seeds.ContainsAnyExcept((byte)0));
        Assert.All(Secrets(), secret => Assert.True(secret.AsSpan().ContainsAnyExcept((byte)0)));

        identity.Dispose();

        Assert.False(seeds.ContainsAnyExcept((byte)0));
        Assert.All(Secrets(), secret => Assert.False(secret.AsSpan().ContainsAnyExcept((byte)0)));
        Assert.False(signing.GetSeed().AsSpan().ContainsAnyExcept((byte)0));
        Assert.False(receiving.GetSeed().AsSpan().ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Use_AfterDispose_Throws()
    {
        PrivateIdentity identity = TestIdentities.Seeded("First Bank");
        identity.Dispose();
        identity.Dispose();

        Assert.Throws<ObjectDisposedException>(() => identity.Sign([1]));
        Assert.Throws<ObjectDisposedException>(() => IdentityFile.SavePlaintextForDemonstration("never-written", identity));
    }

    [Fact]
    public void ToString_ShowsNoSecret() =>
        Assert.Equal("PrivateIdentity(First Bank, redacted)", TestIdentities.Seeded("First Bank").ToString());

    [Fact]
    public void Generate_Twice_GivesDifferentIdentities()
    {
        using PrivateIdentity first = PrivateIdentity.Generate("First Bank");
        using PrivateIdentity second = PrivateIdentity.Generate("First Bank");
        Assert.NotEqual(first.Public, second.Public);
        Assert.NotEqual(first.Public.Fingerprint, second.Public.Fingerprint);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" leading")]
    [InlineData("trailing ")]
    [InlineData("two\nlines")]
    [InlineData("Bank\u202Eeno")]
    [InlineData("Süd")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void Generate_NameThatCannotBeShownSafely_IsRejected(string name) =>
        Assert.Throws<ArgumentException>(() => PrivateIdentity.Generate(name));
}
