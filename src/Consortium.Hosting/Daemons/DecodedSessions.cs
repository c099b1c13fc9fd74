using System.Collections.Concurrent;
using Consortium.Hosting.Storage;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Daemons;

/// <summary>
/// Sessions as their state machine has them, beside their bytes in the database, so that a frame costs no decoding. What is kept
/// counts only while its bytes are the stored ones, so a transaction that does not commit changes nothing. Thread-safe.
/// </summary>
/// <param name="decode">Reads a stored session.</param>
public sealed class DecodedSessions<TSession>(Func<byte[], TSession> decode)
    where TSession : class
{
    private readonly ConcurrentDictionary<SessionId, (byte[] Encoded, TSession Session)> _kept = new();

    /// <summary>The session as the database has it; null when it has none.</summary>
    public TSession? Find(StateTransaction state, SessionId id)
    {
        if (SessionTable.Find(state, id) is not { } encoded)
        {
            return null;
        }

        if (_kept.TryGetValue(id, out (byte[] Encoded, TSession Session) kept) && kept.Encoded.AsSpan().SequenceEqual(encoded))
        {
            return kept.Session;
        }

        TSession session = decode(encoded);
        _kept[id] = (encoded, session);
        return session;
    }

    /// <summary>Stores a session and keeps it as it is.</summary>
    /// <param name="encoded">What <paramref name="session"/> is stored as.</param>
    public void Save(StateTransaction state, SessionId id, byte[] encoded, TSession session)
    {
        SessionTable.Save(state, id, encoded);
        _kept[id] = (encoded, session);
    }

    /// <summary>Forgets what is kept of a session; the database is not touched.</summary>
    public void Forget(SessionId id) => _kept.TryRemove(id, out _);
}
