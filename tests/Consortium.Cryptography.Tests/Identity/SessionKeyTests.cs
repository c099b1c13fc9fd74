using System.Security.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Identity;

public sealed class SessionKeyTests(TestIdentities identities) : IClassFixture<TestIdentities>
{
    private readonly PrivateIdentity _holder = identities.Holder;

    private PublicIdentity Bank => identities.Bank.Public;

    [Fact]
    public void Decode_Encoding_GivesTheKey()
    {
        using SessionReceivingKey key = Generate();
        PublicSessionKey read = PublicSessionKey.Decode(key.Public.Encode());

        Assert.Equal(key.Public.Encode(), read.Encode());
        Assert.Equal(key.Public.Digest.ToArray(), read.Digest.ToArray());
        Assert.Throws<MalformedDataException>(() => PublicSessionKey.Decode(read.Encode().AsSpan(1)));
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
            Convert.FromHexString(point).CopyTo(bytes, 0);
            Assert.Throws<MalformedDataException>(() => PublicSessionKey.Decode(bytes));
        }
    }

    [Fact]
    public void Restore_Seeds_GivesTheKeyThatOpens()
    {
        using SessionReceivingKey key = Generate();
        byte[] seeds = new byte[SessionReceivingKey.SeedsLength];
        key.CopySeeds(seeds);
        using SessionReceivingKey restored = SessionReceivingKey.Restore(seeds);
        using SessionSecret sent = SessionSecret.Agree(Bank, _holder.Public, key.Public, Random, out byte[] agreement);

        Assert.True(SessionSecret.TryAccept(agreement, Bank, _holder.Public, restored, out SessionSecret? received));
        Assert.Equal(State(sent), State(received));
        Assert.Equal(key.Public.Encode(), restored.Public.Encode());
        Assert.Throws<ArgumentException>(() => SessionReceivingKey.Restore(seeds.AsSpan(1)));
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

    private static RandomNumberGenerator Random { get; } = RandomNumberGenerator.Create();

    private static byte[] State(SessionSecret secret)
    {
        byte[] state = new byte[SessionSecret.StateLength];
        secret.CopyState(state);
        return state;
    }

    private static SessionReceivingKey Generate() => SessionReceivingKey.Generate(Random);
}
