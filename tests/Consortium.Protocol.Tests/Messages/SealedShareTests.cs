using System.Security.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Sharing;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Tests.Messages;

public sealed class SealedShareTests
{
    private static readonly TestConsortium Members = TestConsortium.Instance;
    private static readonly AttemptId Attempt = new SampleRound(Members).Attempt;
    private static readonly byte[] Share = [1, 2, 3];
    private static readonly string[] Holders = ["holder-a", "holder-b", "holder-c"];

    [Fact]
    public void KeyShareContext_SameAttemptAndSender_Opens() =>
        Assert.Equal(Share, Open(Seal(), SealedShare.KeyShareContext(Attempt, Public("bank-a"))));

    [Fact]
    public void KeyShareContext_AnotherBanksShareAsOnesOwn_DoesNotOpen() =>
        Assert.Null(Open(Seal(), SealedShare.KeyShareContext(Attempt, Public("bank-b"))));

    [Fact]
    public void KeyShareContext_AnotherAttempt_DoesNotOpen() =>
        Assert.Null(Open(Seal(), SealedShare.KeyShareContext(Attempt with { Attempt = Attempt.Attempt.Next }, Public("bank-a"))));

    [Fact]
    public void ShareSumContext_KeyShare_DoesNotOpen() =>
        Assert.Null(Open(Seal(), SealedShare.ShareSumContext(Attempt, Public("bank-a"))));

    [Fact]
    public void Open_HonestShares_OpenAtEveryHolder()
    {
        (UpdateManifest manifest, byte[][] envelopes) = Shared(_ => { });

        for (int holder = 1; holder <= Holders.Length; holder++)
        {
            using KeyShare? share = Open(manifest, envelopes, holder);
            Assert.Equal(SealedShare.SharedLength, share!.Coefficients);
        }
    }

    /// <summary>
    /// A bank that wants the round to fail and nobody to know why: each holder by itself sees that its share is not the proved
    /// one.
    /// </summary>
    [Fact]
    public void Open_OneShareOffThePolynomial_IsRejectedByItsHolderAlone()
    {
        (UpdateManifest manifest, byte[][] envelopes) = Shared(shares => shares[1] = Bent(shares[1]));

        Assert.NotNull(Open(manifest, envelopes, 1));
        Assert.Null(Open(manifest, envelopes, 2));
        Assert.NotNull(Open(manifest, envelopes, 3));
    }

    /// <summary>
    /// A share swapped after the weights were known: they come from the digests of what is sealed, so they are others then.
    /// </summary>
    [Fact]
    public void Open_ShareSealedAgainAfterTheProof_FailsAtEveryHolder()
    {
        (UpdateManifest manifest, byte[][] envelopes) = Shared(_ => { });
        (_, byte[][] others) = Shared(_ => { });
        envelopes[2] = others[2];
        manifest = manifest with { SealedShareDigests = manifest.SealedShareDigests.SetItem(2, Digest.Of(envelopes[2])) };

        Assert.All([1, 2, 3], holder => Assert.Null(Open(manifest, envelopes, holder)));
    }

    [Fact]
    public void Open_ShareWithoutMasks_IsRejected()
    {
        (UpdateManifest manifest, byte[][] envelopes) = Shared(_ => { });
        envelopes[0] = Seal("holder-a", new byte[KeyShare.EncodedLength(4096)]);

        Assert.Null(Open(manifest, envelopes, 1));
    }

    private static (UpdateManifest Manifest, byte[][] Envelopes) Shared(Action<KeyShare[]> bend)
    {
        using var random = RandomNumberGenerator.Create();
        short[] shared = new short[SealedShare.SharedLength];
        SharingProof.DrawMasks(shared.AsSpan(^SharingProof.Masks..), random);
        KeyShare[] shares = new ShamirSharing(Members.Configuration.Threshold, Holders.Length).Split(shared, random);
        KeyShare[] honest = [.. shares];
        bend(shares);
        byte[][] envelopes =
            [.. shares.Select((share, i) => Seal(Holders[i], share.Encode()))];
        UpdateManifest manifest = new SampleRound(Members).Manifest("bank-a") with
        {
            SealedShareDigests = [.. envelopes.Select(envelope => Digest.Of(envelope))],
        };
        byte[] proof = SharingProof.Create(
            Members.Configuration.Threshold, honest, SealedShare.Challenge(Attempt, manifest.SealedShareDigests).ToArray());
        return (manifest with { SharingProof = proof }, envelopes);
    }

    private static KeyShare Bent(KeyShare share)
    {
        byte[] encoded = share.Encode();
        encoded[0] ^= 1;
        return KeyShare.Decode(share.Holder, share.Coefficients, encoded);
    }

    private static KeyShare? Open(UpdateManifest manifest, byte[][] envelopes, int holder)
    {
        using SessionSecret? secret = Accept(Holders[holder - 1], envelopes[holder - 1]);
        return SealedShare.Open(
            envelopes[holder - 1], manifest, Public("bank-a"), secret, holder, Members.Configuration.Threshold);
    }

    private static PublicIdentity Public(string id) => Members.Identity(id).Public;

    private static byte[] Seal() => Seal("holder-a", Share);

    private static byte[] Seal(string holder, ReadOnlySpan<byte> share)
    {
        using var random = RandomNumberGenerator.Create();
        using SessionSecret secret = SessionSecret.Agree(
            Public("bank-a"), Public(holder), SampleKeys.Of(holder).Public, random, out byte[] agreement);
        return SealedShare.Seal(agreement, secret, share, SealedShare.KeyShareContext(Attempt, Public("bank-a")), random);
    }

    private static SessionSecret? Accept(string holder, byte[] sealedShare, string bank = "bank-a") => SessionSecret.TryAccept(
        SealedShare.AgreementOf(sealedShare), Public(bank), Public(holder), SampleKeys.Of(holder), out SessionSecret? secret)
        ? secret
        : null;

    private static byte[]? Open(byte[] sealedShare, EnvelopeContext context)
    {
        using SessionSecret? secret = Accept("holder-a", sealedShare, context.Sender.Name);
        return SealedShare.TryOpen(sealedShare, secret, context, out byte[]? share) ? share : null;
    }
}
