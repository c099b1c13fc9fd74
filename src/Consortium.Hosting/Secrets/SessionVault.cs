using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Consortium.Cryptography.Identity;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Secrets;

/// <summary>
/// The keys of sessions in the database of a bank or key holder: the session's receiving key, and the ratchet with each
/// counterpart, sealed under a storage key of the session, which is sealed to the party itself. <see cref="Erase"/> ends it. All
/// of it is written in the transaction of what follows from it. Thread-safe.
/// </summary>
public sealed class SessionVault(Party party)
{
    /// <summary>
    /// session_storage: the storage key, and when the session was last at work. session_secret: what was agreed with whom, and
    /// what was drawn for a bank that had not agreed. session_key: keys offered, a party's own with its sealed seeds.
    /// </summary>
    public const string Migration = """
        CREATE TABLE session_storage (session BLOB PRIMARY KEY NOT NULL, wrapped BLOB NOT NULL, touched BIGINT NOT NULL);
        CREATE TABLE session_secret (
            session BLOB NOT NULL, party TEXT NOT NULL, late INTEGER NOT NULL, agreement BLOB NOT NULL, state BLOB NOT NULL,
            PRIMARY KEY (session, party, late));
        CREATE TABLE session_key (
            session BLOB NOT NULL, party TEXT NOT NULL, offered BLOB NOT NULL, seeds BLOB, PRIMARY KEY (session, party));
        """;

    private const string SecretKind = "session secret";
    private const string SeedsKind = "session key";
    private const string StoragePurpose = "consortium/1/session-storage";

    private static readonly TimeSpan LongestSilence = TimeSpan.FromDays(14);

    private readonly ConcurrentDictionary<SessionId, (byte[] Wrapped, StorageKey Key)> _storage = new();

    /// <summary>Draws the session's storage key.</summary>
    public void Begin(StateTransaction state, SessionId session)
    {
        using var random = RandomNumberGenerator.Create();
        using StorageKey key = StorageKey.Generate(random);
        state.Execute(
            "INSERT INTO session_storage (session, wrapped, touched) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            session.Value.ToArray(), key.Wrap(party.Identity.Public, StorageContext(session)), party.Now);
    }

    /// <summary>Draws this key holder's receiving key for a session, keeps it and offers it.</summary>
    public Signed<SessionKeyOffered> Offer(StateTransaction state, SessionId session)
    {
        Begin(state, session);
        using var random = RandomNumberGenerator.Create();
        using SessionReceivingKey key = SessionReceivingKey.Generate(random);
        Signed<SessionKeyOffered> offered = party.Sign(
            new SessionKeyOffered { Consortium = party.Configuration.Digest, Session = session, Key = key.Public });
        byte[] seeds = GC.AllocateArray<byte>(SessionReceivingKey.SeedsLength, pinned: true);
        try
        {
            key.CopySeeds(seeds);
            byte[] kept = FindStorage(state, session)!.Seal(seeds, What(SeedsKind, session, party.Id), random);
            Keep(state, offered, kept);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seeds);
        }

        return offered;
    }

    /// <summary>Keeps what a key holder offered. The first counts.</summary>
    public static void Keep(StateTransaction state, Signed<SessionKeyOffered> offered, byte[]? seeds = null) => state.Execute(
        "INSERT INTO session_key (session, party, offered, seeds) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        offered.Statement.Session.Value.ToArray(), offered.Sender.Name, MessageCodec.Encode(offered), seeds);

    /// <summary>What a key holder offered for the session, by this party's knowledge.</summary>
    public Signed<SessionKeyOffered>? FindOffer(StateTransaction state, SessionId session, PartyId holder) => state.Query(
        "SELECT offered FROM session_key WHERE session = $1 AND party = $2",
        row => (Signed<SessionKeyOffered>)MessageCodec.Decode(row.GetBytes(0), party.Configuration.Limits),
        session.Value.ToArray(), holder.Name).FirstOrDefault();

    /// <summary>This key holder's receiving key for the session, to be disposed; null once it is erased.</summary>
    public SessionReceivingKey? FindReceivingKey(StateTransaction state, SessionId session)
    {
        byte[]? kept = state.Query(
            "SELECT seeds FROM session_key WHERE session = $1 AND party = $2 AND seeds IS NOT NULL", row => row.GetBytes(0),
            session.Value.ToArray(), party.Id.Name).FirstOrDefault();
        if (kept is null || FindStorage(state, session) is not { } storage)
        {
            return null;
        }

        byte[] seeds = Open(storage, kept, What(SeedsKind, session, party.Id));
        try
        {
            return SessionReceivingKey.Restore(seeds);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seeds);
        }
    }

    /// <summary>The secrets of the session, to be disposed; null once they are erased.</summary>
    public SessionSecrets? Load(StateTransaction state, SessionId session)
    {
        if (FindStorage(state, session) is not { } storage)
        {
            return null;
        }

        var secrets = new SessionSecrets(party.Identity.Public, storage);
        foreach ((string name, byte[] agreement, byte[] kept, bool isLate) in state.Query(
            "SELECT party, agreement, state, late FROM session_secret WHERE session = $1",
            row => (row.GetString(0), row.GetBytes(1), row.GetBytes(2), row.GetInt32(3) == 1), session.Value.ToArray()))
        {
            var other = new PartyId(name);
            byte[] ratchet = Open(storage, kept, What(SecretKind, session, other));
            secrets.Restore(party.Configuration.Find(other)!, party.Self.Role, agreement, ratchet, isLate);
            CryptographicOperations.ZeroMemory(ratchet);
        }

        return secrets;
    }

    /// <summary>Writes the secrets as they are now over those that were stored.</summary>
    public void Save(StateTransaction state, SessionId session, SessionSecrets secrets)
    {
        using var random = RandomNumberGenerator.Create();
        byte[] ratchet = GC.AllocateArray<byte>(SessionSecret.StateLength, pinned: true);
        if (secrets.IsLateChanged)
        {
            state.Execute("DELETE FROM session_secret WHERE session = $1 AND late = 1", session.Value.ToArray());
        }

        foreach ((PartyId other, byte[] agreement, SessionSecret secret, int late) in secrets.Changed
            .Select(pair => (pair.Other, pair.Agreement, pair.Secret, 0))
            .Concat(secrets.IsLateChanged
                ? secrets.Late.Select(late => (late.Other, Array.Empty<byte>(), late.Secret, 1))
                : []))
        {
            secret.CopyState(ratchet);
            state.Execute(
                """
                INSERT INTO session_secret (session, party, late, agreement, state) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (session, party, late) DO UPDATE SET state = excluded.state
                """,
                session.Value.ToArray(), other.Name, late, agreement,
                secrets.Storage.Seal(ratchet, What(SecretKind, session, other), random));
        }

        CryptographicOperations.ZeroMemory(ratchet);
        state.Execute("UPDATE session_storage SET touched = $2 WHERE session = $1", session.Value.ToArray(), party.Now);
    }

    /// <summary>Every bank has agreed: nothing needs the receiving key any more.</summary>
    public void EraseReceivingKey(StateTransaction state, SessionId session) => state.Execute(
        "UPDATE session_key SET seeds = NULL WHERE session = $1 AND seeds IS NOT NULL", session.Value.ToArray());

    /// <summary>The session is over: nothing that was sealed in it opens here any more.</summary>
    public void Erase(StateTransaction state, SessionId session)
    {
        foreach (string table in (string[])["session_storage", "session_secret", "session_key"])
        {
            state.Execute($"DELETE FROM {table} WHERE session = $1", session.Value.ToArray());
        }

        if (_storage.TryRemove(session, out (byte[] Wrapped, StorageKey Key) kept))
        {
            kept.Key.Dispose();
        }
    }

    /// <summary>Sessions whose keys nothing was done with for so long that they are taken to be over.</summary>
    public IReadOnlyList<SessionId> Silent(StateTransaction state) => state.Query(
        "SELECT session FROM session_storage WHERE touched < $1", row => new SessionId(new Digest(row.GetBytes(0))),
        (party.Time.GetUtcNow() - LongestSilence).ToUnixTimeMilliseconds());

    private static byte[] Open(StorageKey storage, byte[] kept, byte[] what) =>
        storage.TryOpen(kept, what, out byte[]? plaintext)
            ? plaintext
            : throw new StorageException(
                StorageFault.Corrupt,
                "A session's key in the database is not what this party stored. Restore the data folder from a backup.");

    private static byte[] What(string kind, SessionId session, PartyId other) =>
        [.. Encoding.ASCII.GetBytes(kind), 0, .. session.Value.ToArray(), .. Encoding.ASCII.GetBytes(other.Name)];

    private StorageKey? FindStorage(StateTransaction state, SessionId session)
    {
        byte[]? wrapped = state.Query(
            "SELECT wrapped FROM session_storage WHERE session = $1", row => row.GetBytes(0), session.Value.ToArray())
            .FirstOrDefault();
        if (wrapped is null)
        {
            return null;
        }

        if (_storage.TryGetValue(session, out (byte[] Wrapped, StorageKey Key) known)
            && known.Wrapped.AsSpan().SequenceEqual(wrapped))
        {
            return known.Key;
        }

        StorageKey key = StorageKey.Unwrap(wrapped, party.Identity, StorageContext(session))
            ?? throw new StorageException(
                StorageFault.Corrupt,
                "A session's storage key in the database is not this party's. Restore the data folder from a backup.");
        _storage[session] = (wrapped, key);
        return key;
    }

    private EnvelopeContext StorageContext(SessionId session) => new()
    {
        Consortium = party.Configuration.Digest.Value.ToArray(),
        Session = session.Value.ToArray(),
        Round = 0,
        Attempt = 0,
        Sender = party.Identity.Public,
        Purpose = StoragePurpose,
    };
}
