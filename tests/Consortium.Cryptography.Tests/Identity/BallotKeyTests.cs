using System.Security.Cryptography;
using Consortium.Cryptography.Identity;

namespace Consortium.Cryptography.Tests.Identity;

public sealed class BallotKeyTests : IClassFixture<TestIdentities>, IDisposable
{
    private static readonly byte[] Share = [1, 2, 3, 4, 5];

    private readonly PublicIdentity _bank, _holder;
    private readonly SessionSecret _sender, _receiver;

    public BallotKeyTests(TestIdentities identities)
    {
        (_bank, _holder) = (identities.Bank.Public, identities.Holder.Public);
        using SessionReceivingKey key = SessionReceivingKey.Generate(Random);
        _sender = SessionSecret.Agree(_bank, _holder, key.Public, Random, out byte[] agreement);
        Assert.True(SessionSecret.TryAccept(agreement, _bank, _holder, key, out SessionSecret? receiver));
        _receiver = receiver;
    }

    private static RandomNumberGenerator Random { get; } = RandomNumberGenerator.Create();

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
    }

    [Fact]
    public void TryOpen_AtTheOtherEndInAnyLaterRound_GivesTheShareAndOnlyWhatItWasSealedAs()
    {
        _receiver.AdvanceTo(9);
        byte[] sealedShare = _sender.Ballots.Seal(Share, _holder, Context(7), Random);

        Assert.True(_receiver.Ballots.TryOpen(sealedShare, _holder, Context(7), out byte[]? opened));
        Assert.Equal(Share, opened);
        Assert.Equal(_sender.Ballots.Commit(), _receiver.Ballots.Commit());
        Assert.False(_receiver.Ballots.TryOpen(sealedShare, _bank, Context(7), out _));
        Assert.False(_receiver.Ballots.TryOpen(sealedShare, _holder, Context(8), out _));
        Assert.False(_receiver.Ballots.TryOpen(sealedShare.AsSpan(0, BallotKey.Overhead - 1), _holder, Context(7), out _));
        for (int bit = 0; bit < 8 * sealedShare.Length; bit++)
        {
            byte[] damaged = [.. sealedShare];
            damaged[bit >> 3] ^= (byte)(1 << (bit & 7));
            Assert.False(_receiver.Ballots.TryOpen(damaged, _holder, Context(7), out _));
        }
    }

    /// <summary>Whoever is shown the key opens ballot shares of the pair, and none of what the ratchet sealed.</summary>
    [Fact]
    public void Restore_AShownKey_OpensBallotSharesAloneAndIsTheOneCommittedTo()
    {
        byte[] shown = new byte[BallotKey.Length];
        _receiver.Ballots.CopyTo(shown);
        using BallotKey key = BallotKey.Restore(shown);

        Assert.True(key.TryOpen(_sender.Ballots.Seal(Share, _holder, Context(3), Random), _holder, Context(3), out _));
        Assert.False(key.TryOpen(_sender.Seal(Share, Context(3), Random), _holder, Context(3), out _));
        Assert.Equal(_sender.Ballots.Commit(), key.Commit());
        shown[0] ^= 1;
        using BallotKey other = BallotKey.Restore(shown);
        Assert.NotEqual(_sender.Ballots.Commit(), other.Commit());
        Assert.Throws<ArgumentException>(() => BallotKey.Restore(shown.AsSpan(1)));
    }

    [Fact]
    public void Dispose_Secret_ErasesItsBallotKey()
    {
        BallotKey key = _sender.Ballots;
        _sender.Dispose();

        Assert.Throws<ObjectDisposedException>(() => key.Commit());
    }

    private EnvelopeContext Context(int round) => new()
    {
        Consortium = new byte[32],
        Session = new byte[32],
        Round = round,
        Attempt = 1,
        Sender = _bank,
        Purpose = "ballot share",
    };
}
