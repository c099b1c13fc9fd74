using Consortium.Cryptography.Identity;
using CsCheck;

namespace Consortium.Cryptography.Tests.Identity;

public sealed class EnvelopeTests(TestIdentities identities) : IClassFixture<TestIdentities>
{
    private const int HeaderLength = 1 + 32 + 1088;

    private readonly PrivateIdentity _bank = identities.Bank;
    private readonly PrivateIdentity _holder = identities.Holder;

    [Fact]
    public void TryOpen_SameContext_GivesThePlaintext() =>
        Gen.Byte.Array[0, 9000].Sample(
            plaintext =>
            {
                EnvelopeContext context = Context();
                byte[] envelope = Envelope.Seal(plaintext, _holder.Public, context);
                Assert.Equal(plaintext.Length + Envelope.Overhead, envelope.Length);
                Assert.True(Envelope.TryOpen(envelope, _holder, context, out byte[]? opened));
                Assert.Equal(plaintext, opened);
            },
            iter: 200);

    [Fact]
    public void Seal_SamePlaintextTwice_SharesNoKeyMaterial()
    {
        byte[] first = Envelope.Seal(new byte[64], _holder.Public, Context());
        byte[] second = Envelope.Seal(new byte[64], _holder.Public, Context());

        Assert.NotEqual(first[1..33], second[1..33]);
        Assert.NotEqual(first[33..HeaderLength], second[33..HeaderLength]);
        Assert.NotEqual(first[HeaderLength..], second[HeaderLength..]);
    }

    [Theory]
    [InlineData("consortium")]
    [InlineData("session")]
    [InlineData("longer session")]
    [InlineData("round")]
    [InlineData("attempt")]
    [InlineData("round and attempt exchanged")]
    [InlineData("sender")]
    [InlineData("purpose")]
    public void TryOpen_ContextThatDiffersInOneField_Rejects(string field)
    {
        byte[] envelope = Envelope.Seal([1, 2, 3], _holder.Public, Context());

        Assert.False(Envelope.TryOpen(envelope, _holder, Context(field), out byte[]? opened));
        Assert.Null(opened);
    }

    [Fact]
    public void TryOpen_AnotherReceiver_Rejects()
    {
        byte[] envelope = Envelope.Seal([1, 2, 3], _holder.Public, Context());
        Assert.False(Envelope.TryOpen(envelope, _bank, Context(), out _));
    }

    [Fact]
    public void TryOpen_ReceiverWithTheSameKeysUnderAnotherName_Rejects()
    {
        using PrivateIdentity alias = PrivateIdentity.FromSeeds("holder-2", _holder.Seeds);
        byte[] envelope = Envelope.Seal([1, 2, 3], _holder.Public, Context());
        Assert.False(Envelope.TryOpen(envelope, alias, Context(), out _));
    }

    [Fact]
    public void TryOpen_AnyOneBitFlipped_Rejects()
    {
        EnvelopeContext context = Context();
        byte[] envelope = Envelope.Seal([1, 2, 3, 4], _holder.Public, context);
        for (int bit = 0; bit < 8 * envelope.Length; bit++)
        {
            envelope[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Envelope.TryOpen(envelope, _holder, context, out _), $"bit {bit}");
            envelope[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(Envelope.TryOpen(envelope, _holder, context, out _));
    }

    [Fact]
    public void TryOpen_EphemeralKeyOfSmallOrder_Rejects()
    {
        byte[] envelope = Envelope.Seal([1, 2, 3], _holder.Public, Context());
        foreach (string point in SmallOrderPoints.X25519)
        {
            Convert.FromHexString(point).CopyTo(envelope, 1);
            Assert.False(Envelope.TryOpen(envelope, _holder, Context(), out _));
        }
    }

    /// <summary>Nearly all inputs end before the key encapsulation; every fiftieth goes all the way through it.</summary>
    [Fact]
    public void TryOpen_MutatedInputs_RejectWithoutThrowing()
    {
        EnvelopeContext context = Context();
        byte[] valid = Envelope.Seal(new byte[256], _holder.Public, context);
        int count = 0;
        int taken = Fuzz.Run(
            "envelope",
            Fuzz.Inputs,
            random => ++count % 50 == 0 ? Fuzz.Mutate(valid, random, ..)
                : random.Next(2) == 0 ? valid[..random.Next(Envelope.Overhead)]
                : [(byte)(2 + random.Next(254)), .. Fuzz.Mutate(valid, random, 1..).AsSpan(1)],
            boundBytes: 64 * 1024,
            input => Envelope.TryOpen(input, _holder, context, out _));

        Assert.Equal(0, taken);
    }

    [Fact]
    public void EnvelopeContext_FieldOutOfRange_IsRejected()
    {
        Assert.Throws<ArgumentException>(() => Context("short consortium"));
        Assert.Throws<ArgumentException>(() => Context("short session"));
        Assert.Throws<ArgumentException>(() => Context("empty purpose"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Context("negative round"));
    }

    private EnvelopeContext Context(string? otherwise = null) => new()
    {
        Consortium = otherwise switch
        {
            "consortium" => [.. new byte[31], 1],
            "short consortium" => new byte[31],
            _ => new byte[32],
        },
        Session = otherwise switch
        {
            "session" => [.. new byte[15], 1],
            "longer session" => new byte[17],
            "short session" => new byte[15],
            _ => new byte[16],
        },
        Round = otherwise switch { "round" => 4, "round and attempt exchanged" => 1, "negative round" => -1, _ => 3 },
        Attempt = otherwise switch { "attempt" => 2, "round and attempt exchanged" => 3, _ => 1 },
        Sender = otherwise == "sender" ? _holder.Public : _bank.Public,
        Purpose = otherwise switch { "purpose" => "share-sum", "empty purpose" => "", _ => "key share" },
    };
}
