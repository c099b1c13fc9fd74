using System.Text;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Tests.Vectors;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Identity;

/// <summary>What was written once stays readable: bytes checked in, opened without making them anew.</summary>
public sealed class IdentityVectorTests(TestIdentities identities) : IClassFixture<TestIdentities>
{
    private const string File = "identity.json";
    private const string Passphrase = "correct horse battery staple";

    private static readonly byte[] Message = "a manifest"u8.ToArray();
    private static readonly byte[] Secret = "a key share"u8.ToArray();

    [Fact]
    public void Recipe_GivesTheBytesCheckedIn()
    {
        PrivateIdentity bank = identities.Bank, holder = identities.Holder;
        using var forEnvelope = new SeededRandom("envelope");
        using var forFile = new SeededRandom("identity file");
        VectorFile.AssertMadeBy(
            File,
            new Dictionary<string, byte[]>
            {
                ["bank_seeds"] = bank.Seeds.ToArray(),
                ["bank_public"] = bank.Public.Encode(),
                ["bank_digest"] = bank.Public.Digest.ToArray(),
                ["bank_fingerprint_ascii"] = Encoding.ASCII.GetBytes(bank.Public.Fingerprint.ToString()),
                ["signature"] = bank.Sign(Message),
                ["holder_identity_file"] = IdentityFileFormat.Seal(holder, Passphrase, PassphraseCost.Least, forFile),
                ["envelope"] = Envelope.Seal(Secret, holder.Public, Context(bank.Public), forEnvelope),
            });
    }

    [Fact]
    public void CheckedInBytes_VerifyAndOpen()
    {
        IReadOnlyDictionary<string, byte[]> vectors = VectorFile.Read(File);

        PublicIdentity bank = PublicIdentity.Decode(vectors["bank_public"]);
        Assert.Equal("First Bank", bank.Name);
        Assert.Equal(vectors["bank_digest"], bank.Digest.ToArray());
        Assert.Equal(Fingerprint.Parse(Encoding.ASCII.GetString(vectors["bank_fingerprint_ascii"])), bank.Fingerprint);
        Assert.True(bank.Verify(Message, vectors["signature"]));

        using PrivateIdentity? holder = IdentityFileFormat.Open(
            vectors["holder_identity_file"], Passphrase, PassphraseCost.Least);
        Assert.NotNull(holder);
        Assert.True(Envelope.TryOpen(vectors["envelope"], holder, Context(bank), out byte[]? opened));
        Assert.Equal(Secret, opened);
    }

    private static EnvelopeContext Context(PublicIdentity sender) => new()
    {
        Consortium = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray(),
        Session = Enumerable.Range(100, 16).Select(i => (byte)i).ToArray(),
        Round = 7,
        Attempt = 2,
        Sender = sender,
        Purpose = "key share",
    };
}
