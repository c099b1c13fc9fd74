using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Consortium.Primitives;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// What two members share in a session: agreed once by one of them under the other's session key, then a chain of keys, one a
/// round, each derived from the one before by HKDF-SHA256, which is erased. Either seals to the other with it, bound to an
/// <see cref="EnvelopeContext"/>, without a public-key operation. Another pair has another secret.
/// </summary>
/// <remarks>
/// It hides, and binds its context; who agreed it is proven by a signature over the agreement alone. Not safe for several threads
/// at once. Disposing erases it.
/// </remarks>
public sealed class SessionSecret : IDisposable
{
    /// <summary>Bytes that who agrees sends to the other.</summary>
    public const int AgreementLength = 1 + HybridKem.CiphertextLength;

    /// <summary>How much longer a sealed message is than its plaintext.</summary>
    public const int Overhead = HeaderLength + TagLength;

    /// <summary>Bytes of <see cref="CopyState"/>: the round, its chain key, the ballot key.</summary>
    public const int StateLength = sizeof(int) + ChainLength + BallotKey.Length;

    /// <summary>The most rounds that are skipped at once, each of which costs one hash or two.</summary>
    public const int MostRoundsSkipped = 65_536;

    private const byte Version = 1;
    private const int ChainLength = 32;
    private const int SaltLength = 16;
    private const int HeaderLength = 1 + SaltLength;
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly PublicIdentity _agreeing, _accepting;
    private readonly SecretMemory<byte> _chain = new(ChainLength);

    private SessionSecret(PublicIdentity agreeing, PublicIdentity accepting) =>
        (_agreeing, _accepting) = (agreeing, accepting);

    /// <summary>The round whose key is held, 0 at first. Keys of earlier rounds are erased.</summary>
    public int Round { get; private set; }

    /// <summary>The pair's for the whole session. It is this secret's to dispose.</summary>
    public BallotKey Ballots { get; } = new();

    private static ReadOnlySpan<byte> AgreementLabel => "consortium session secret v2"u8;

    private static ReadOnlySpan<byte> ChainLabel => "consortium ratchet chain v1"u8;

    private static ReadOnlySpan<byte> BallotLabel => "consortium ballots of a session v1"u8;

    private static ReadOnlySpan<byte> MessageLabel => "consortium ratchet message v2"u8;

    /// <summary>
    /// Agrees a secret with whoever holds <paramref name="key"/>, whose owner's signature the caller has checked.
    /// </summary>
    /// <param name="agreeing">Who agrees.</param>
    /// <param name="accepting">Whose key it is.</param>
    /// <param name="key">The other's key for the session.</param>
    /// <param name="random">As good as the operating system's.</param>
    /// <param name="agreement"><see cref="AgreementLength"/> bytes for the other, which who agrees signs.</param>
    public static SessionSecret Agree(
        PublicIdentity agreeing,
        PublicIdentity accepting,
        PublicSessionKey key,
        RandomNumberGenerator random,
        out byte[] agreement)
    {
        agreement = new byte[AgreementLength];
        agreement[0] = Version;
        var secret = new SessionSecret(agreeing, accepting);
        Span<byte> secrets = stackalloc byte[HybridKem.SecretsLength];
        HybridKem.Encapsulate(key.X25519, key.MLKem, random, agreement.AsSpan(1), secrets);
        secret.Start(secrets, agreement, key);
        CryptographicOperations.ZeroMemory(secrets);
        return secret;
    }

    /// <summary>
    /// Takes what another agreed. False for anything that has not its form; a secret that the other does not have comes of wrong
    /// bytes of the right form, and opens nothing.
    /// </summary>
    /// <param name="agreement">Signed by <paramref name="agreeing"/>, as the caller has checked.</param>
    /// <param name="agreeing">Who agreed.</param>
    /// <param name="accepting">This member.</param>
    /// <param name="key">This member's key for the session.</param>
    /// <param name="secret">To be disposed by the caller.</param>
    public static bool TryAccept(
        ReadOnlySpan<byte> agreement,
        PublicIdentity agreeing,
        PublicIdentity accepting,
        SessionReceivingKey key,
        [NotNullWhen(true)] out SessionSecret? secret)
    {
        secret = null;
        if (agreement.Length != AgreementLength || agreement[0] != Version)
        {
            return false;
        }

        Span<byte> secrets = stackalloc byte[HybridKem.SecretsLength];
        if (key.TryDecapsulate(agreement[1..], secrets))
        {
            secret = new SessionSecret(agreeing, accepting);
            secret.Start(secrets, agreement, key.Public);
        }

        CryptographicOperations.ZeroMemory(secrets);
        return secret is not null;
    }

    /// <summary>
    /// A secret that one of the two drew, for what it seals to the other before they have agreed one: it gives the other its
    /// state when they have.
    /// </summary>
    public static SessionSecret Draw(PublicIdentity agreeing, PublicIdentity accepting, RandomNumberGenerator random)
    {
        var secret = new SessionSecret(agreeing, accepting);
        random.GetBytes(secret._chain.Span);
        secret.DeriveBallotKey();
        return secret;
    }

    /// <summary>The same secret once more, which moves forward by itself.</summary>
    public SessionSecret Copy()
    {
        var copy = new SessionSecret(_agreeing, _accepting) { Round = Round };
        _chain.Span.CopyTo(copy._chain.Span);
        Ballots.CopyTo(copy.Ballots.Span);
        return copy;
    }

    /// <summary>The secret whose state <see cref="CopyState"/> gave, after a restart. The caller erases its copy.</summary>
    /// <exception cref="ArgumentException">The length is wrong, or the round negative.</exception>
    public static SessionSecret Restore(PublicIdentity agreeing, PublicIdentity accepting, ReadOnlySpan<byte> state)
    {
        if (state.Length != StateLength || BinaryPrimitives.ReadInt32LittleEndian(state) < 0)
        {
            throw new ArgumentException($"A state has {StateLength} bytes and begins with a round.", nameof(state));
        }

        var secret = new SessionSecret(agreeing, accepting) { Round = BinaryPrimitives.ReadInt32LittleEndian(state) };
        state.Slice(sizeof(int), ChainLength).CopyTo(secret._chain.Span);
        state[(sizeof(int) + ChainLength)..].CopyTo(secret.Ballots.Span);
        return secret;
    }

    /// <summary>
    /// Copies round, chain key and ballot key out, on purpose: to be kept, sealed, over a restart. The caller erases the copy.
    /// </summary>
    public void CopyState(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, StateLength);
        BinaryPrimitives.WriteInt32LittleEndian(destination, Round);
        _chain.Span.CopyTo(destination[sizeof(int)..]);
        Ballots.CopyTo(destination[(sizeof(int) + ChainLength)..]);
    }

    /// <summary>Erases the keys of all rounds before <paramref name="round"/>; does nothing when it is the current one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The round is over, or too far ahead.</exception>
    public void AdvanceTo(int round)
    {
        if (round < Round || round - Round > MostRoundsSkipped)
        {
            throw new ArgumentOutOfRangeException(
                nameof(round),
                round,
                $"The secret is at round {Round}: keys of earlier rounds are erased, and at most {MostRoundsSkipped} are "
                    + "skipped.");
        }

        Step(_chain.Span, Round, round);
        Round = round;
    }

    /// <summary>
    /// Seals under a key of the context's round, attempt and sender and of a drawn salt, so that sealing again, by mistake or
    /// after a restart, never uses a key twice. Erases the keys of earlier rounds.
    /// </summary>
    /// <exception cref="ArgumentException">The context names neither of the two as the sender.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The round is over, or too far ahead.</exception>
    public byte[] Seal(ReadOnlySpan<byte> plaintext, EnvelopeContext context, RandomNumberGenerator random)
    {
        PublicIdentity receiver = ReceiverOf(context) ?? throw new ArgumentException(
            $"{_agreeing.Name} and {_accepting.Name} share this secret, not {context.Sender.Name}.", nameof(context));
        AdvanceTo(context.Round);
        byte[] message = new byte[checked(plaintext.Length + Overhead)];
        message[0] = Version;
        random.GetBytes(message.AsSpan(1, SaltLength));
        Span<byte> associated = stackalloc byte[EnvelopeContext.MaximumEncodedLength];
        associated = associated[..context.Encode(receiver, associated)];
        Span<byte> keyAndNonce = stackalloc byte[KeyLength + NonceLength];
        DeriveMessageKey(_chain.Span, message.AsSpan(1, SaltLength), context, keyAndNonce);
        try
        {
            using var aes = new AesGcm(keyAndNonce[..KeyLength], TagLength);
            Span<byte> body = message.AsSpan(HeaderLength);
            aes.Encrypt(keyAndNonce[KeyLength..], plaintext, body[..plaintext.Length], body[plaintext.Length..], associated);
            return message;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyAndNonce);
        }
    }

    /// <summary>
    /// Opens what was sealed under exactly this context, and then erases the keys of earlier rounds. False for anything else, and
    /// for every round that is over; then nothing is erased. A redelivered message opens again until its round is over.
    /// </summary>
    /// <param name="message">Bounded by the caller.</param>
    /// <param name="context">What it must be bound to.</param>
    /// <param name="plaintext">The collector does not move it; the caller erases it when it is secret.</param>
    public bool TryOpen(ReadOnlySpan<byte> message, EnvelopeContext context, [NotNullWhen(true)] out byte[]? plaintext)
    {
        plaintext = null;
        if (message.Length < Overhead || message[0] != Version || ReceiverOf(context) is not { } receiver
            || context.Round < Round || context.Round - Round > MostRoundsSkipped)
        {
            return false;
        }

        Span<byte> chain = stackalloc byte[ChainLength];
        _chain.Span.CopyTo(chain);
        Step(chain, Round, context.Round);
        Span<byte> associated = stackalloc byte[EnvelopeContext.MaximumEncodedLength];
        associated = associated[..context.Encode(receiver, associated)];
        Span<byte> keyAndNonce = stackalloc byte[KeyLength + NonceLength];
        DeriveMessageKey(chain, message.Slice(1, SaltLength), context, keyAndNonce);
        try
        {
            byte[] opened = GC.AllocateUninitializedArray<byte>(message.Length - Overhead, pinned: true);
            using var aes = new AesGcm(keyAndNonce[..KeyLength], TagLength);
            aes.Decrypt(keyAndNonce[KeyLength..], message[HeaderLength..^TagLength], message[^TagLength..], opened, associated);
            chain.CopyTo(_chain.Span);
            Round = context.Round;
            plaintext = opened;
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(chain);
            CryptographicOperations.ZeroMemory(keyAndNonce);
        }
    }

    public void Dispose()
    {
        _chain.Dispose();
        Ballots.Dispose();
    }

    public override string ToString() => $"SessionSecret({_agreeing.Name} and {_accepting.Name}, round {Round}, redacted)";

    /// <summary>
    /// The key of round 0 from both secrets, bound to the agreement, to the session key and to both members.
    /// </summary>
    private void Start(ReadOnlySpan<byte> secrets, ReadOnlySpan<byte> agreement, PublicSessionKey key)
    {
        Span<byte> info = stackalloc byte[AgreementLength + (3 * PublicIdentity.DigestLength)];
        agreement.CopyTo(info);
        key.Digest.CopyTo(info[AgreementLength..]);
        _agreeing.Digest.CopyTo(info[(AgreementLength + PublicIdentity.DigestLength)..]);
        _accepting.Digest.CopyTo(info[(AgreementLength + (2 * PublicIdentity.DigestLength))..]);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secrets, _chain.Span, AgreementLabel, info);
        DeriveBallotKey();
    }

    /// <summary>From the chain key of round 0: no later one tells it.</summary>
    private void DeriveBallotKey() => HKDF.Expand(HashAlgorithmName.SHA256, _chain.Span, Ballots.Span, BallotLabel);

    private PublicIdentity? ReceiverOf(EnvelopeContext context) =>
        context.Sender.Equals(_agreeing) ? _accepting : context.Sender.Equals(_accepting) ? _agreeing : null;

    private static void Step(Span<byte> chain, int from, int to)
    {
        Span<byte> info = stackalloc byte[ChainLabel.Length + sizeof(int)];
        ChainLabel.CopyTo(info);
        Span<byte> next = stackalloc byte[ChainLength];
        for (int round = from + 1; round <= to; round++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(info[ChainLabel.Length..], round);
            HKDF.Expand(HashAlgorithmName.SHA256, chain, next, info);
            next.CopyTo(chain);
        }

        CryptographicOperations.ZeroMemory(next);
    }

    private static void DeriveMessageKey(
        ReadOnlySpan<byte> chain, ReadOnlySpan<byte> salt, EnvelopeContext context, Span<byte> keyAndNonce)
    {
        Span<byte> info = stackalloc byte[MessageLabel.Length + (2 * sizeof(int)) + SaltLength + PublicIdentity.DigestLength];
        MessageLabel.CopyTo(info);
        BinaryPrimitives.WriteInt32LittleEndian(info[MessageLabel.Length..], context.Round);
        BinaryPrimitives.WriteInt32LittleEndian(info[(MessageLabel.Length + sizeof(int))..], context.Attempt);
        salt.CopyTo(info[(MessageLabel.Length + (2 * sizeof(int)))..]);
        context.Sender.Digest.CopyTo(info[^PublicIdentity.DigestLength..]);
        HKDF.Expand(HashAlgorithmName.SHA256, chain, keyAndNonce, info);
    }
}
