using Consortium.Hosting.Daemons;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Sessions;
using Microsoft.Extensions.Logging;

namespace Consortium.Aggregator;

/// <summary>
/// Deletes what sessions left, once they ended long enough ago. A session's own state stays: its plan, sent again, must not start
/// it anew. A session that merely stands still has not ended; the operator's word ends it.
/// </summary>
internal sealed partial class Retention(Party party, TimeSpan period, ILogger logger)
{
    /// <summary>ended: when a session was first found at its end, and when what it left was deleted.</summary>
    public const string Migration = "CREATE TABLE ended (session BLOB PRIMARY KEY, found BIGINT NOT NULL, deleted BIGINT);";

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>What was stored so lately may be about to be noted.</summary>
    private static readonly TimeSpan KeepUnreferenced = TimeSpan.FromHours(1);

    public static bool IsDeleted(StateTransaction state, SessionId session) =>
        state.Query(
            "SELECT 1 FROM ended WHERE session = $1 AND deleted IS NOT NULL", row => row.GetInt64(0),
            session.Value.ToArray()).Count > 0;

    /// <summary>Looks at once and from then on every hour.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, party.Time);
        do
        {
            try
            {
                await SweepAsync(cancellationToken);
            }
            catch (IOException exception)
            {
                LogFailed(logger, exception); // the disk's trouble; what is due stays due
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = party.Time.GetUtcNow(), before = now - period;
        IReadOnlyList<SessionId> due = await party.Database.WriteAsync(state => NoteEnds(state, now, before), cancellationToken);
        foreach (SessionId session in due)
        {
            await party.Database.WriteAsync(
                state =>
                {
                    Archive.Delete(state, session);
                    state.Execute(
                        "UPDATE ended SET deleted = $2 WHERE session = $1", session.Value.ToArray(),
                        now.ToUnixTimeMilliseconds());
                },
                cancellationToken);
            LogDeleted(logger, session);
        }

        IReadOnlySet<Digest> waiting = await party.Outbox.BlobsAsync(cancellationToken);
        IReadOnlyList<Digest> noted = await party.Database.ReadAsync(Archive.Blobs, cancellationToken);
        long freed = await party.Blobs.CollectAsync(waiting.Concat(noted).ToHashSet(), now - KeepUnreferenced, cancellationToken);
        if (freed > 0)
        {
            LogFreed(logger, freed);
        }
    }

    /// <returns>Sessions whose time is over.</returns>
    private IReadOnlyList<SessionId> NoteEnds(StateTransaction state, DateTimeOffset now, DateTimeOffset before)
    {
        IReadOnlyList<SessionId> open = state.Query(
            "SELECT id FROM session WHERE id NOT IN (SELECT session FROM ended)",
            row => new SessionId(new Digest(row.GetBytes(0))));
        foreach (SessionId id in open)
        {
            if (SessionState.DecodeAggregator(SessionTable.Find(state, id)!, party.Configuration).HasEnded)
            {
                state.Execute(
                    "INSERT INTO ended (session, found) VALUES ($1, $2)", id.Value.ToArray(), now.ToUnixTimeMilliseconds());
            }
        }

        return state.Query(
            "SELECT session FROM ended WHERE deleted IS NULL AND found <= $1",
            row => new SessionId(new Digest(row.GetBytes(0))), before.ToUnixTimeMilliseconds());
    }
}
