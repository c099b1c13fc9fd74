using System.Security.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Identity;

public sealed class SessionKeyTests(TestIdentities identities) : IClassFixture<TestIdentities>
{
    private static readonly byte[] Consortium = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] Session = [.. Enumerable.Range(100, 16).Select(i => (byte)i)];

    private readonly PrivateIdentity _holder = identities.Holder;

    private PublicIdentity Bank => identities.Bank.Public;

    [Fact]
    public void IsSignedBy_OwnerAndItsSession_Holds()
    {
        using SessionReceivingKey key = Generate();
        PublicSessionKey read = PublicSessionKey.Decode(key.Public.Encode());

        Assert.True(read.IsSignedBy(_holder.Public, Consortium, Session));
        Assert.Equal(key.Public.Digest.ToArray(), read.Digest.ToArray());
        Assert.False(read.IsSignedBy(Bank, Consortium, Session));
        Assert.False(read.IsSignedBy(_holder.Public, Session.Concat(Session).ToArray(), Session));
        Assert.False(read.IsSignedBy(_holder.Public, Consortium, Consortium));
    }

    [Fact]
    public void IsSignedBy_OneBitChangedAnywhere_DoesNotHold()
    {
        using SessionReceivingKey key = Generate();
        byte[] bytes = key.Public.Encode();
        for (int bit = 0; bit < 8 * bytes.Length; bit += 41)
        {
            bytes[bit >> 3] ^= (byte)(1 << (bit & 7));
            Assert.False(Decoded(bytes)?.IsSignedBy(_holder.Public, Consortium, Session) ?? false);
            bytes[bit >> 3] ^= (byte)(1 << (bit & 7));
        }
    }

    [Fact]
    public void Decode_MutatedKeys_GiveMalformedDataOrAKey()
    {
        using SessionReceivingKey key = Generate();
        byte[] valid = key.Public.Encode();
        Fuzz.Run(
            "session key",
            5000,
            random => Fuzz.Mutate(valid, random, ..),
            boundBytes: 128 * 1024,
            input => PublicSessionKey.Decode(input) is not null);
    }

    [Fact]
    public void Decode_SmallOrderX25519Key_IsRejected()
    {
        using SessionReceivingKey key = Generate();
        byte[] bytes = key.Public.Encode();
        foreach (string point in SmallOrderPoints.X25519)
        {
            Convert.FromHexString(point).CopyTo(bytes, bytes.Length - HybridSignature.Length - 1184 - 32);
            Assert.Throws<MalformedDataException>(() => PublicSessionKey.Decode(bytes));
        }
    }

    [Fact]
    public void Restore_Seeds_GivesTheKeyThatOpens()
    {
        using SessionReceivingKey key = Generate(), other = SessionReceivingKey.Generate(_holder, Consortium, Session, Random);
        byte[] seeds = new byte[SessionReceivingKey.SeedsLength];
        key.CopySeeds(seeds);
        using SessionReceivingKey restored = SessionReceivingKey.Restore(key.Public, seeds);
        using SessionSecret sent = SessionSecret.Agree(Bank, _holder.Public, key.Public, Random, out byte[] agreement);

        Assert.True(SessionSecret.TryAccept(agreement, Bank, _holder.Public, restored, out SessionSecret? received));
        Assert.Equal(State(sent), State(received));
        Assert.Throws<ArgumentException>(() => SessionReceivingKey.Restore(other.Public, seeds));
        Assert.Throws<ArgumentException>(() => SessionReceivingKey.Restore(key.Public, seeds.AsSpan(1)));
    }

    [Fact]
    public void Dispose_Keys_AreErasedAndAcceptNothing()
    {
        SessionReceivingKey key = Generate();
        using SessionSecret sent = SessionSecret.Agree(Bank, _holder.Public, key.Public, Random, out byte[] agreement);
        byte[] seed = ExpandedKeyErasure.Seed(key.ExpandedKey), encoding = ExpandedKeyErasure.Encoding(key.ExpandedKey);

        key.Dispose();

        Assert.False(seed.AsSpan().ContainsAnyExcept((byte)0));
        Assert.False(encoding.AsSpan().ContainsAnyExcept((byte)0));
        Assert.Throws<ObjectDisposedException>(() => key.CopySeeds(new byte[SessionReceivingKey.SeedsLength]));
        Assert.Throws<ObjectDisposedException>(() => SessionSecret.TryAccept(agreement, Bank, _holder.Public, key, out _));
    }

    [Fact]
    public void Generate_WrongLengths_AreRejected()
    {
        Assert.Throws<ArgumentException>(() => SessionReceivingKey.Generate(_holder, Consortium.AsSpan(1), Session, Random));
        Assert.Throws<ArgumentException>(() => SessionReceivingKey.Generate(_holder, Consortium, Session.AsSpan(1), Random));
    }

    private static RandomNumberGenerator Random { get; } = RandomNumberGenerator.Create();

    private static byte[] State(SessionSecret secret)
    {
        byte[] state = new byte[SessionSecret.StateLength];
        secret.CopyState(state);
        return state;
    }

    private static PublicSessionKey? Decoded(byte[] bytes)
    {
        try
        {
            return PublicSessionKey.Decode(bytes);
        }
        catch (MalformedDataException)
        {
            return null;
        }
    }

    private SessionReceivingKey Generate() => SessionReceivingKey.Generate(_holder, Consortium, Session, Random);
}
