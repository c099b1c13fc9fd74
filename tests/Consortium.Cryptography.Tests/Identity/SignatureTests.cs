using System.Security.Cryptography;
using Consortium.Cryptography.Identity;
using CsCheck;

namespace Consortium.Cryptography.Tests.Identity;

public sealed class SignatureTests(TestIdentities identities) : IClassFixture<TestIdentities>
{
    private readonly PrivateIdentity _bank = identities.Bank;
    private readonly PrivateIdentity _holder = identities.Holder;

    [Fact]
    public void Verify_OwnSignatureOverTheMessage_Holds() =>
        Gen.Byte.Array[0, 4000].Sample(
            message =>
            {
                byte[] signature = _bank.Sign(message);
                Assert.Equal(HybridSignature.Length, signature.Length);
                Assert.True(_bank.Public.Verify(message, signature));
                Assert.False(_bank.Public.Verify([.. message, 0], signature));
                Assert.False(_holder.Public.Verify(message, signature));
            },
            iter: 100);

    [Fact]
    public void Sign_SameMessageTwice_GivesTheSameBytes() => Assert.Equal(_bank.Sign([1, 2, 3]), _bank.Sign([1, 2, 3]));

    [Fact]
    public void Verify_SameKeysUnderAnotherName_Rejects()
    {
        using PrivateIdentity alias = PrivateIdentity.FromSeeds("Second Bank", _bank.Seeds);
        Assert.False(alias.Public.Verify([1, 2, 3], _bank.Sign([1, 2, 3])));
    }

    [Fact]
    public void Verify_OneHalfFromAnotherMessage_Rejects()
    {
        byte[] right = _bank.Sign([1, 2, 3]), other = _bank.Sign([4]);
        byte[] otherClassical = [.. other[..HybridSignature.Ed25519Length], .. right[HybridSignature.Ed25519Length..]];
        byte[] otherPostQuantum = [.. right[..HybridSignature.Ed25519Length], .. other[HybridSignature.Ed25519Length..]];

        Assert.False(_bank.Public.Verify([1, 2, 3], otherClassical));
        Assert.False(_bank.Public.Verify([1, 2, 3], otherPostQuantum));
    }

    [Fact]
    public void Verify_AnyOneBitFlipped_Rejects()
    {
        byte[] message = "a manifest"u8.ToArray();
        byte[] signature = _bank.Sign(message);
        for (int bit = 0; bit < 8 * signature.Length; bit += bit < 8 * HybridSignature.Ed25519Length ? 1 : 5)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(_bank.Public.Verify(message, signature), $"bit {bit}");
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(_bank.Public.Verify(message, signature));
    }

    /// <summary>Half have the wrong length; of the rest a few reach ML-DSA, behind an Ed25519 signature that is right.</summary>
    [Fact]
    public void Verify_MutatedInputs_RejectWithoutThrowing()
    {
        byte[] message = "a manifest"u8.ToArray();
        byte[] valid = _bank.Sign(message);
        int count = 0;
        int taken = Fuzz.Run(
            "signature",
            Fuzz.Inputs,
            random => ++count % 50 == 0 ? Fuzz.Mutate(valid, random, HybridSignature.Ed25519Length..)
                : count % 10 == 0 ? Fuzz.Mutate(valid, random, ..HybridSignature.Ed25519Length)
                : random.Next(2) == 0 ? valid[..random.Next(valid.Length)]
                : [.. valid, .. random.Bytes(1 + random.Next(4))],
            boundBytes: 256 * 1024,
            input => _bank.Public.Verify(message, input));

        Assert.Equal(0, taken);
    }

    [Fact]
    public void SignVerifySealOpen_FromManyThreads_AllHold()
    {
        EnvelopeContext context = new()
        {
            Consortium = new byte[32],
            Session = new byte[16],
            Round = 0,
            Attempt = 0,
            Sender = _bank.Public,
            Purpose = "test",
        };
        Parallel.For(0, 200, i =>
        {
            byte[] message = SHA256.HashData(BitConverter.GetBytes(i));
            Assert.True(_bank.Public.Verify(message, _bank.Sign(message)));
            Assert.True(Envelope.TryOpen(Envelope.Seal(message, _holder.Public, context), _holder, context, out byte[]? opened));
            Assert.Equal(message, opened);
        });
    }
}
