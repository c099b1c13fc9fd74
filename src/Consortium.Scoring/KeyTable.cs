using System.Collections.Concurrent;
using System.Security.Cryptography;
using Consortium.Cryptography.Scoring;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Scoring;

namespace Consortium.Scoring;

/// <summary>The clients' keys: durable, and the newest ready in memory. Thread-safe.</summary>
internal sealed class KeyTable(StateDatabase database, ConsortiumConfiguration configuration, TimeProvider time)
{
    /// <summary>Keys of one client that have not expired.</summary>
    public const int MostKeys = 16;

    internal const string Migration =
        """
        CREATE TABLE scoring_key (
            id BLOB NOT NULL PRIMARY KEY, client TEXT NOT NULL, token BLOB NOT NULL, public_key BLOB NOT NULL,
            expires BIGINT NOT NULL);
        """;

    private const int MostReady = 256;

    /// <summary>How far clocks may differ.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<Digest, ClientKey> _ready = new();

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Takes a key in. Registering the same again changes nothing.</summary>
    /// <returns>Null, or why not.</returns>
    public async Task<Refusal?> RegisterAsync(Digest id, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        KeyRegistration registration;
        try
        {
            registration = KeyRegistration.Read(body);
            if (Objection(registration, id, body.Span) is { } objection)
            {
                return objection;
            }

            ScoringPublicKey.Read(registration.PublicKey.Span);
        }
        catch (MalformedDataException malformed)
        {
            return Refusal.BadInput(malformed.Message);
        }

        long now = Now;
        byte[] key = id.ToArray(), token = registration.Token.ToArray();
        return await database.WriteAsync(
            transaction =>
            {
                transaction.Execute("DELETE FROM scoring_key WHERE expires <= $1", now);
                if (transaction.Query(
                    "SELECT token FROM scoring_key WHERE id = $1", row => row.GetBytes(0), key) is [var known])
                {
                    return known.AsSpan().SequenceEqual(token)
                        ? null
                        : Refusal.Conflict("key-known", "This key is registered with another token. Draw a fresh key.");
                }

                long count = transaction.Query(
                    "SELECT COUNT(*) FROM scoring_key WHERE client = $1", row => row.GetInt64(0), registration.Client.Name)[0];
                if (count >= MostKeys)
                {
                    return Refusal.Conflict(
                        "too-many-keys",
                        $"{registration.Client} has {count} keys that have not expired; {MostKeys} are allowed.");
                }

                transaction.Execute(
                    "INSERT INTO scoring_key (id, client, token, public_key, expires) VALUES ($1, $2, $3, $4, $5)",
                    key, registration.Client.Name, token, registration.PublicKey.ToArray(), registration.ExpiresAt);
                return null;
            },
            cancellationToken);
    }

    /// <summary>The key whose token a request shows, or why there is none.</summary>
    /// <param name="bearer">KEY.TOKEN, both in hexadecimal.</param>
    public async Task<(ClientKey? Key, Refusal? Refusal)> FindAsync(string bearer, CancellationToken cancellationToken)
    {
        const int HexLength = 2 * Digest.Length;
        if (bearer.Length != (2 * HexLength) + 1 || bearer[HexLength] != '.'
            || !TryParse(bearer.AsSpan(0, HexLength), out byte[] id) || !TryParse(bearer.AsSpan(HexLength + 1), out byte[] token))
        {
            return (null, Refusal.Unauthorized("Send `Authorization: Bearer KEY.TOKEN`, each 64 hexadecimal digits."));
        }

        Digest shown = Digest.Of(token), name = new(id);
        ClientKey? key = _ready.TryGetValue(name, out ClientKey? ready) ? ready : await LoadAsync(name, cancellationToken);
        if (key is null || !CryptographicOperations.FixedTimeEquals(key.Token.ToArray(), shown.ToArray()))
        {
            return (null, Refusal.Unauthorized("No key of that name was registered with this token. Register one first."));
        }

        return key.ExpiresAt <= Now
            ? (null, Refusal.Unauthorized("The key has expired. Draw and register a fresh one."))
            : (key, null);
    }

    private static bool TryParse(ReadOnlySpan<char> hex, out byte[] bytes)
    {
        bytes = new byte[Digest.Length];
        return Convert.FromHexString(hex, bytes, out _, out int written) == System.Buffers.OperationStatus.Done
            && written == bytes.Length;
    }

    private Refusal? Objection(KeyRegistration registration, Digest id, ReadOnlySpan<byte> body)
    {
        if (registration.Consortium != configuration.Digest)
        {
            return Refusal.Conflict(
                "other-consortium",
                $"The registration is for configuration {registration.Consortium}; this scorer is of {configuration.Digest}.");
        }

        if (configuration.FindClient(registration.Client) is not { } client)
        {
            return Refusal.Forbidden("not-enrolled", $"The configuration lists no client '{registration.Client}'.");
        }

        if (!KeyRegistration.IsSignedBy(client.Identity, body))
        {
            return Refusal.Unauthorized($"The signature is not {client.Id}'s.");
        }

        if (registration.Id != id)
        {
            return Refusal.BadInput($"The path names key {id}; the body has key {registration.Id}.");
        }

        long now = Now, tolerance = (long)ClockTolerance.TotalMilliseconds;
        if (registration.IssuedAt > now + tolerance)
        {
            return Refusal.Conflict(
                "clock", $"The registration is from {registration.IssuedAt}, which is after {now} here: one clock is wrong.");
        }

        long life = registration.ExpiresAt - registration.IssuedAt;
        return registration.ExpiresAt <= now
            ? Refusal.Conflict("expired", $"The registration expired at {registration.ExpiresAt}; it is {now} here.")
            : life > (long)KeyRegistration.LongestLife.TotalMilliseconds
                ? Refusal.BadInput(
                    $"A key lives {KeyRegistration.LongestLife.TotalHours} hours at most; this one would {life} ms.")
                : null;
    }

    private async Task<ClientKey?> LoadAsync(Digest id, CancellationToken cancellationToken)
    {
        byte[] bytes = id.ToArray();
        ClientKey? key = await database.ReadAsync(
            transaction => transaction.Query(
                "SELECT client, token, public_key, expires FROM scoring_key WHERE id = $1",
                row => configuration.FindClient(new PartyId(row.GetString(0))) is { } client
                    ? new ClientKey(
                        id, client, new Digest(row.GetBytes(1)), ScoringPublicKey.Read(row.GetBytes(2)), row.GetInt64(3))
                    : null,
                bytes).FirstOrDefault(),
            cancellationToken);
        if (key is not null)
        {
            if (_ready.Count >= MostReady)
            {
                _ready.Clear();
            }

            _ready[id] = key;
        }

        return key;
    }
}
