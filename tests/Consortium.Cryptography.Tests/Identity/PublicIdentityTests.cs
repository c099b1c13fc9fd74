using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using CsCheck;

namespace Consortium.Cryptography.Tests.Identity;

public sealed class PublicIdentityTests(TestIdentities identities) : IClassFixture<TestIdentities>
{
    private readonly PublicIdentity _bank = identities.Bank.Public;

    [Fact]
    public void Decode_OfEncode_IsEqual()
    {
        PublicIdentity decoded = PublicIdentity.Decode(_bank.Encode());
        Assert.Equal(_bank, decoded);
        Assert.Equal(_bank.Name, decoded.Name);
        Assert.Equal(_bank.Fingerprint, decoded.Fingerprint);
        Assert.Equal(_bank.GetHashCode(), decoded.GetHashCode());
    }

    [Fact]
    public void Decode_AnyOneBitFlipped_IsRejectedOrAnotherIdentity()
    {
        byte[] encoded = _bank.Encode();
        for (int bit = 0; bit < 8 * encoded.Length; bit += bit < 200 ? 1 : 13)
        {
            byte[] flipped = (byte[])encoded.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                PublicIdentity other = PublicIdentity.Decode(flipped);
                Assert.NotEqual(_bank, other);
                Assert.NotEqual(_bank.Fingerprint, other.Fingerprint);
            }
            catch (MalformedDataException)
            {
            }
        }
    }

    [Fact]
    public void Decode_X25519KeyOfSmallOrder_IsRejected()
    {
        byte[] encoded = _bank.Encode();
        foreach (string point in SmallOrderPoints.X25519)
        {
            Convert.FromHexString(point).CopyTo(
                encoded, encoded.Length - PublicIdentity.MLKemLength - PublicIdentity.X25519Length);
            var rejection = Assert.Throws<MalformedDataException>(() => PublicIdentity.Decode(encoded));
            Assert.Equal(encoded.Length - PublicIdentity.MLKemLength - PublicIdentity.X25519Length, rejection.Offset);
        }
    }

    [Fact]
    public void Decode_MLKemKeyWithCoefficientAboveItsModulus_IsRejected()
    {
        byte[] encoded = _bank.Encode();
        encoded.AsSpan(encoded.Length - PublicIdentity.MLKemLength, 3).Fill(0xFF);
        Assert.Throws<MalformedDataException>(() => PublicIdentity.Decode(encoded));
    }

    /// <summary>One input in forty goes on to the keys, whose checks take their time.</summary>
    [Fact]
    public void Decode_MutatedInputs_GiveMalformedDataOrAnIdentity()
    {
        byte[] valid = _bank.Encode();
        int count = 0;
        int taken = Fuzz.Run(
            "public identity",
            Fuzz.Inputs,
            random => ++count % 40 == 0 ? Fuzz.Mutate(valid, random, ..)
                : random.Next(2) == 0 ? Fuzz.Mutate(valid, random, ..6)
                : [.. valid.AsSpan(0, 5), (byte)random.Next(256), .. valid.AsSpan(6, random.Next(valid.Length - 6))],
            boundBytes: 64 * 1024,
            input => PublicIdentity.Decode(input).Encode().AsSpan().SequenceEqual(input)
                ? true
                : throw new InvalidOperationException());

        Assert.InRange(taken, 1000, 20_000);
    }

    [Fact]
    public void ParseFingerprint_AsAPersonTypesIt_IsTheSame()
    {
        Fingerprint fingerprint = _bank.Fingerprint;
        string text = fingerprint.ToString();
        Assert.Equal(48 + 7, text.Length);
        Assert.Equal(fingerprint, Fingerprint.Parse(text));
        Assert.Equal(fingerprint, Fingerprint.Parse(text.Replace(" ", "")));
        Assert.Equal(fingerprint, Fingerprint.Parse(text.Replace(" ", " - ") + "\r\n"));
        Assert.NotEqual(fingerprint, identities.Holder.Public.Fingerprint);
    }

    [Theory]
    [InlineData("")]
    [InlineData("123456 123456 123456 123456 123456 123456 123456 12345")]
    [InlineData("123456 123456 123456 123456 123456 123456 123456 1234567")]
    [InlineData("123456 123456 123456 123456 123456 123456 123456 12345x")]
    [InlineData("123456 123456 123456 123456 123456 123456 123456 12345\u0665")]
    public void ParseFingerprint_NotFortyEightDigits_IsRejected(string text) =>
        Assert.Throws<MalformedDataException>(() => Fingerprint.Parse(text));

    [Fact]
    public void ParseFingerprint_AnyText_GivesMalformedDataOrAFingerprint() =>
        Gen.String.Sample(
            text =>
            {
                try
                {
                    Fingerprint.Parse(text);
                }
                catch (MalformedDataException)
                {
                }
            },
            iter: 20_000);
}
