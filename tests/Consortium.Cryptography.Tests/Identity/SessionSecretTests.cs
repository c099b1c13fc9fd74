using System.Security.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Tests.Vectors;
using CsCheck;

namespace Consortium.Cryptography.Tests.Identity;

/// <summary>Both ends of a pair agree, move forward together, and can never go back.</summary>
public sealed class SessionSecretTests : IClassFixture<TestIdentities>, IDisposable
{
    private static readonly byte[] Consortium = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] Session = [.. Enumerable.Range(100, 16).Select(i => (byte)i)];
    private static readonly byte[] Plaintext = "a key share"u8.ToArray();

    private readonly PublicIdentity _bank, _holder;
    private readonly SessionReceivingKey _key;
    private readonly SessionSecret _sender, _receiver;
    private readonly byte[] _agreement;

    public SessionSecretTests(TestIdentities identities)
    {
        (_bank, _holder) = (identities.Bank.Public, identities.Holder.Public);
        using var random = new SeededRandom("session");
        _key = SessionReceivingKey.Generate(random);
        _sender = SessionSecret.Agree(_bank, _holder, _key.Public, random, out _agreement);
        Assert.True(SessionSecret.TryAccept(_agreement, _bank, _holder, _key, out SessionSecret? receiver));
        _receiver = receiver;
    }

    private static RandomNumberGenerator Random { get; } = RandomNumberGenerator.Create();

    public void Dispose()
    {
        _key.Dispose();
        _sender.Dispose();
        _receiver.Dispose();
    }

    /// <summary>
    /// Rounds that skip, several attempts of each, several messages of an attempt, some of them lost or delivered twice.
    /// </summary>
    [Fact]
    public void TryOpen_AnyForwardSchedule_GivesThePlaintext() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[1, 3], Gen.Byte.Array[0, 300], Gen.Bool, Gen.Bool).Array[1, 12].Sample(
            steps =>
            {
                using SessionSecret sender = Copy(_sender), receiver = Copy(_receiver);
                int round = 0;
                foreach ((int skipped, int attempts, byte[] plaintext, bool isLost, bool isRedelivered) in steps)
                {
                    round += skipped;
                    for (int attempt = 1; attempt <= attempts; attempt++)
                    {
                        byte[] message = sender.Seal(plaintext, Context(round, attempt), Random);
                        Assert.Equal(plaintext.Length + SessionSecret.Overhead, message.Length);
                        for (int delivery = isLost ? 2 : isRedelivered ? 0 : 1; delivery < 2; delivery++)
                        {
                            Assert.True(receiver.TryOpen(message, Context(round, attempt), out byte[]? opened));
                            Assert.Equal(plaintext, opened);
                        }
                    }
                }
            },
            iter: 100);

    /// <summary>
    /// A captured state opens its own round and what follows from it, and no round before: that is what erasing is for.
    /// </summary>
    [Fact]
    public void TryOpen_StateOfALaterRound_OpensNoEarlierMessage()
    {
        byte[][] messages = [.. Enumerable.Range(0, 20).Select(round => _sender.Seal(Plaintext, Context(round), Random))];
        for (int captured = 0; captured < messages.Length; captured++)
        {
            _receiver.AdvanceTo(captured);
            for (int round = 0; round < messages.Length; round++)
            {
                using SessionSecret thief = Copy(_receiver);
                Assert.Equal(round >= captured, thief.TryOpen(messages[round], Context(round), out _));

                // Nor does the state of a later round do as that of an earlier one.
                byte[] state = State(_receiver);
                BitConverter.TryWriteBytes(state, 0);
                using SessionSecret rewound = SessionSecret.Restore(_bank, _holder, state);
                Assert.Equal(captured == 0, rewound.TryOpen(messages[round], Context(round), out _));
            }
        }
    }

    [Fact]
    public void Seal_RoundThatIsOver_IsRejected()
    {
        _sender.Seal(Plaintext, Context(5), Random);

        Assert.Throws<ArgumentOutOfRangeException>(() => _sender.Seal(Plaintext, Context(4), Random));
        Assert.Throws<ArgumentOutOfRangeException>(() => _sender.AdvanceTo(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => _sender.AdvanceTo(5 + SessionSecret.MostRoundsSkipped + 1));
        Assert.Equal(5, _sender.Round);
    }

    [Fact]
    public void Seal_AnotherAttemptAndTheSameTwice_UsesDistinctKeys()
    {
        byte[][] messages =
        [
            _sender.Seal(new byte[64], Context(3, 1), Random),
            _sender.Seal(new byte[64], Context(3, 2), Random),
            _sender.Seal(new byte[64], Context(3, 2), Random),
        ];

        // Zeros under one key stream would be equal.
        Assert.Equal(3, messages.Select(message => Convert.ToHexString(message[17..81])).Distinct().Count());
        Assert.True(_receiver.TryOpen(messages[2], Context(3, 2), out _));
        Assert.True(_receiver.TryOpen(messages[0], Context(3, 1), out _));
    }

    /// <summary>A message of a far round that nobody sealed must not push the receiver past the rounds that are coming.</summary>
    [Fact]
    public void TryOpen_ForgedMessageOfALaterRound_LeavesTheRoundAsItWas()
    {
        byte[] forged = new byte[100];
        forged[0] = 1;

        Assert.False(_receiver.TryOpen(forged, Context(1000), out _));
        Assert.False(_receiver.TryOpen(forged, Context(int.MaxValue), out _));
        Assert.Equal(0, _receiver.Round);
        Assert.True(_receiver.TryOpen(_sender.Seal(Plaintext, Context(1), Random), Context(1), out _));
    }

    [Fact]
    public void TryOpen_OneBitChangedOrCutShort_FailsClosed()
    {
        byte[] message = _sender.Seal(Plaintext, Context(2), Random);
        for (int bit = 0; bit < 8 * message.Length; bit++)
        {
            byte[] damaged = [.. message];
            damaged[bit >> 3] ^= (byte)(1 << (bit & 7));
            Assert.False(_receiver.TryOpen(damaged, Context(2), out byte[]? opened));
            Assert.Null(opened);
        }

        for (int length = 0; length < message.Length; length++)
        {
            Assert.False(_receiver.TryOpen(message.AsSpan(0, length), Context(2), out _));
        }

        Assert.Equal(0, _receiver.Round);
        Assert.True(_receiver.TryOpen(message, Context(2), out _));
    }

    [Theory]
    [InlineData("consortium")]
    [InlineData("session")]
    [InlineData("round")]
    [InlineData("attempt")]
    [InlineData("purpose")]
    [InlineData("sender")]
    public void TryOpen_ReplayedIntoAnotherContext_FailsClosed(string field)
    {
        byte[] message = _sender.Seal(Plaintext, Context(2), Random);
        EnvelopeContext context = field switch
        {
            "consortium" => Context(2, consortium: new byte[32]),
            "session" => Context(2, session: new byte[16]),
            "round" => Context(3),
            "attempt" => Context(2, 2),
            "purpose" => Context(2, purpose: "share-sum"),
            _ => Context(2, sender: _holder),
        };

        Assert.False(_receiver.TryOpen(message, context, out _));
        Assert.Equal(0, _receiver.Round);
    }

    [Fact]
    public void TryOpen_ReplayedAfterItsRound_FailsClosed()
    {
        byte[] message = _sender.Seal(Plaintext, Context(2), Random);
        Assert.True(_receiver.TryOpen(message, Context(2), out _));
        _receiver.AdvanceTo(3);

        Assert.False(_receiver.TryOpen(message, Context(2), out _));
    }

    /// <summary>Either end seals to the other, and what one sealed is not what the other said.</summary>
    [Fact]
    public void Seal_ByWhoAccepted_OpensAtTheOtherEndAlone()
    {
        byte[] message = _receiver.Seal(Plaintext, Context(3, sender: _holder), Random);

        Assert.False(_sender.TryOpen(message, Context(3), out _));
        Assert.True(_sender.TryOpen(message, Context(3, sender: _holder), out byte[]? opened));
        Assert.Equal(Plaintext, opened);
        _sender.AdvanceTo(4);
        Assert.False(_sender.TryOpen(message, Context(3, sender: _holder), out _));
    }

    /// <summary>A pair's secret is no other pair's, whoever copies an agreement.</summary>
    [Fact]
    public void TryAccept_AgreementOfAnotherPair_OpensNothing()
    {
        byte[] message = _sender.Seal(Plaintext, Context(1), Random);
        Assert.True(SessionSecret.TryAccept(_agreement, _holder, _holder, _key, out SessionSecret? copied));
        Assert.NotEqual(State(_receiver), State(copied));
        Assert.False(copied.TryOpen(message, Context(1, sender: _holder), out _));
        Assert.Throws<ArgumentException>(() => copied.Seal(Plaintext, Context(1), Random));
    }

    [Fact]
    public void TryAccept_DamagedAgreement_OpensNothing()
    {
        byte[] message = _sender.Seal(Plaintext, Context(1), Random);
        for (int bit = 0; bit < 8 * _agreement.Length; bit += 97)
        {
            byte[] damaged = [.. _agreement];
            damaged[bit >> 3] ^= (byte)(1 << (bit & 7));
            if (SessionSecret.TryAccept(damaged, _bank, _holder, _key, out SessionSecret? secret))
            {
                Assert.False(secret.TryOpen(message, Context(1), out _));
            }
        }

        Assert.False(SessionSecret.TryAccept(_agreement.AsSpan(1), _bank, _holder, _key, out _));
    }

    /// <summary>Long-term keys and all bytes sent open nothing without the session's key.</summary>
    [Fact]
    public void Agreement_IdentityKeysAlone_OpenNothing()
    {
        using PrivateIdentity holder = TestIdentities.Seeded("holder-1");
        Span<byte> secrets = stackalloc byte[HybridKem.SecretsLength];
        Assert.True(holder.TryDecapsulate(_agreement.AsSpan(1), secrets));
        Span<byte> own = stackalloc byte[HybridKem.SecretsLength];
        Assert.True(_key.TryDecapsulate(_agreement.AsSpan(1), own));

        Assert.False(secrets[..32].SequenceEqual(own[..32]));
        Assert.False(secrets[32..].SequenceEqual(own[32..]));
    }

    [Fact]
    public void Restore_WrongStates_AreRejected()
    {
        Assert.Throws<ArgumentException>(() => SessionSecret.Restore(_bank, _holder, new byte[SessionSecret.StateLength - 1]));
        byte[] negative = new byte[SessionSecret.StateLength];
        negative[3] = 0x80;
        Assert.Throws<ArgumentException>(() => SessionSecret.Restore(_bank, _holder, negative));
    }

    [Fact]
    public void Dispose_Secret_SealsAndOpensNothing()
    {
        byte[] message = _sender.Seal(Plaintext, Context(1), Random);
        _sender.Dispose();
        _receiver.Dispose();

        Assert.Throws<ObjectDisposedException>(() => _sender.Seal(Plaintext, Context(1), Random));
        Assert.Throws<ObjectDisposedException>(() => _receiver.TryOpen(message, Context(1), out _));
    }

    [Fact]
    public void Recipe_GivesTheBytesCheckedIn()
    {
        using var random = new SeededRandom("session message");
        byte[] message = _sender.Seal(Plaintext, Context(7, 2), random);
        byte[] ballotShare = _sender.Ballots.Seal(Plaintext, _holder, Context(7, 2), random);
        VectorFile.AssertMadeBy("session.json", new Dictionary<string, byte[]>
        {
            ["session_key"] = _key.Public.Encode(),
            ["agreement"] = _agreement,
            ["state_round_7"] = State(_sender),
            ["message"] = message,
            ["ballot_share"] = ballotShare,
            ["ballot_key_commitment"] = _sender.Ballots.Commit(),
        });
    }

    [Fact]
    public void CheckedInBytes_VerifyAndOpen()
    {
        IReadOnlyDictionary<string, byte[]> vectors = VectorFile.Read("session.json");

        Assert.True(PublicSessionKey.Decode(vectors["session_key"]).Digest.SequenceEqual(_key.Public.Digest));
        Assert.True(SessionSecret.TryAccept(vectors["agreement"], _bank, _holder, _key, out SessionSecret? receiver));
        Assert.True(receiver.TryOpen(vectors["message"], Context(7, 2), out byte[]? opened));
        Assert.Equal(Plaintext, opened);
        Assert.Equal(vectors["state_round_7"], State(receiver));
        Assert.True(receiver.Ballots.TryOpen(vectors["ballot_share"], _holder, Context(7, 2), out opened));
        Assert.Equal(Plaintext, opened);
        Assert.Equal(vectors["ballot_key_commitment"], receiver.Ballots.Commit());
    }

    private static byte[] State(SessionSecret secret)
    {
        byte[] state = new byte[SessionSecret.StateLength];
        secret.CopyState(state);
        return state;
    }

    private SessionSecret Copy(SessionSecret secret) => SessionSecret.Restore(_bank, _holder, State(secret));

    private EnvelopeContext Context(
        int round,
        int attempt = 1,
        byte[]? consortium = null,
        byte[]? session = null,
        string purpose = "key share",
        PublicIdentity? sender = null) => new()
        {
            Consortium = consortium ?? Consortium,
            Session = session ?? Session,
            Round = round,
            Attempt = attempt,
            Sender = sender ?? _bank,
            Purpose = purpose,
        };
}
