using Consortium.Cryptography.Identity;

namespace Consortium.Cryptography.Tests.Identity;

public sealed class EnvelopeTests
{
    [Fact]
    public void TryOpen_SameContext_GivesThePlaintext()
    {
        using PrivateIdentity bank = PrivateIdentity.Generate("First Bank");
        using PrivateIdentity holder = PrivateIdentity.Generate("holder-1");
        var context = new EnvelopeContext
        {
            Consortium = new byte[32], Session = new byte[16], Round = 3, Attempt = 1, Sender = bank.Public, Purpose = "key share",
        };
        byte[] plaintext = [1, 2, 3];

        byte[] envelope = Envelope.Seal(plaintext, holder.Public, context);

        Assert.Equal(plaintext.Length + Envelope.Overhead, envelope.Length);
        Assert.True(Envelope.TryOpen(envelope, holder, context, out byte[]? opened));
        Assert.Equal(plaintext, opened);
        byte[] signature = bank.Sign(plaintext);
        Assert.Equal(HybridSignature.Length, signature.Length);
        Assert.True(bank.Public.Verify(plaintext, signature));
        Assert.False(holder.Public.Verify(plaintext, signature));
    }
}
