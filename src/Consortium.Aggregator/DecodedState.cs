using System.Collections.Concurrent;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Sessions;

namespace Consortium.Aggregator;

/// <summary>
/// Decoded sessions and updates beside the durable ones, so that a frame costs no decoding. An update is named by its digest and
/// never changes. Thread-safe.
/// </summary>
internal sealed class DecodedState(ConsortiumConfiguration configuration)
{
    private readonly DecodedSessions<AggregatorSession> _sessions =
        new(encoded => SessionState.DecodeAggregator(encoded, configuration));

    private readonly ConcurrentDictionary<Digest, KnownUpdate> _updates = new();

    public AggregatorSession? Find(StateTransaction state, SessionId id) => _sessions.Find(state, id);

    public void Save(StateTransaction state, AggregatorSession session) =>
        _sessions.Save(state, session.Session, SessionState.Encode(session), session);

    /// <summary>The update of this digest, if the database has it.</summary>
    /// <param name="state">
    /// Keeps what it finds only where <paramref name="isCommitted"/>: what a transaction has just added may be undone.
    /// </param>
    public KnownUpdate? FindUpdate(StateTransaction state, Digest source, bool isCommitted)
    {
        if (_updates.TryGetValue(source, out KnownUpdate? known))
        {
            return known;
        }

        if (Archive.FindUpdate(state, source, configuration.Limits) is not { } update)
        {
            return null;
        }

        known = KnownUpdate.Of(update);
        if (isCommitted)
        {
            _updates[source] = known;
        }

        return known;
    }

    /// <summary>Forgets the updates of a session's attempts that are over.</summary>
    public void ForgetBefore(AttemptId attempt)
    {
        foreach ((Digest source, KnownUpdate update) in _updates)
        {
            if (update.Attempt.Session == attempt.Session && update.Attempt != attempt)
            {
                _updates.TryRemove(source, out _);
            }
        }
    }

    /// <summary>Forgets a session that is over.</summary>
    public void Forget(SessionId session)
    {
        _sessions.Forget(session);
        foreach ((Digest source, KnownUpdate update) in _updates)
        {
            if (update.Attempt.Session == session)
            {
                _updates.TryRemove(source, out _);
            }
        }
    }
}
