using Consortium.Hosting.Faults;
using Consortium.Hosting.Sqlite;
using Consortium.Hosting.Storage;
using Consortium.Operator.Sessions;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Operator.Journal;

/// <summary>
/// Every message that the operator sent and received, in one database: a message is acknowledged to the broker only when it is in
/// here.
/// Several programs may have it open at once. Of a session's statuses it keeps the latest.
/// </summary>
public sealed class OperatorJournal : IDisposable
{
    private const int ApplicationId = 0x434E4F50; // "CNOP"

    /// <summary>Messages read at once.</summary>
    private const int PageLength = 500;

    /// <summary>Fewer digits of an identifier are taken for a name.</summary>
    private const int ShortestIdentifier = 4;

    /// <summary>subject: the message's main statement, so that what comes twice is kept once.</summary>
    private const string Migration = """
        CREATE TABLE entry (
            id BIGINT PRIMARY KEY,
            session BLOB NOT NULL,
            sender TEXT NOT NULL,
            type INTEGER NOT NULL,
            subject BLOB NOT NULL,
            received BIGINT NOT NULL,
            message BLOB NOT NULL,
            UNIQUE (session, sender, type, subject));
        CREATE INDEX entry_by_session ON entry (session, id);
        """;

    private readonly StateDatabase _database;
    private readonly MessageLimits _limits;
    private readonly TimeProvider _time;

    private OperatorJournal(StateDatabase database, MessageLimits limits, TimeProvider time)
    {
        _database = database;
        _limits = limits;
        _time = time;
    }

    /// <summary>Opens the journal in a folder, creating both for their owner only if need be.</summary>
    /// <exception cref="StorageException">It is damaged, or another program's.</exception>
    public static OperatorJournal Open(string folder, MessageLimits limits, TimeProvider time)
    {
        DurableFile.CreateOwnersFolder(folder);
        return new OperatorJournal(
            SqliteDatabase.Open(
                Path.Combine(folder, "journal.db"), new DatabaseSchema(ApplicationId, [Migration]), FaultPoints.None),
            limits,
            time);
    }

    /// <summary>Keeps a message; it is durable when the task completes.</summary>
    public Task AddAsync(Message message, CancellationToken cancellationToken)
    {
        byte[] session = message.Session!.Value.Value.ToArray(), encoded = MessageCodec.Encode(message);
        return _database.WriteAsync(
            state =>
            {
                // Before anything is deleted: a reader asks for what is above the last number that it saw.
                long number = state.Query("SELECT COALESCE(MAX(id), 0) FROM entry", row => row.GetInt64(0))[0] + 1;
                if (message is Signed<SessionStatusReported> status)
                {
                    bool isOld = state.Query(
                        "SELECT message FROM entry WHERE session = $1 AND type = $2",
                        row => row.GetBytes(0), session, (int)message.Type)
                        .Select(known => (Signed<SessionStatusReported>)MessageCodec.Decode(known, _limits))
                        .Any(known => known.Statement.At > status.Statement.At);
                    if (isOld)
                    {
                        return;
                    }

                    state.Execute("DELETE FROM entry WHERE session = $1 AND type = $2", session, (int)message.Type);
                }

                state.Execute(
                    """
                    INSERT INTO entry (id, session, sender, type, subject, received, message) VALUES ($1, $2, $3, $4, $5, $6, $7)
                    ON CONFLICT (session, sender, type, subject) DO NOTHING
                    """,
                    number, session, message.Sender.Name, (int)message.Type, SubjectOf(message, encoded).ToArray(),
                    _time.GetUtcNow().ToUnixTimeMilliseconds(), encoded);
            },
            cancellationToken);
    }

    /// <summary>Every session heard of, in the order in which they were.</summary>
    public Task<IReadOnlyList<SessionId>> SessionsAsync(CancellationToken cancellationToken) => _database.ReadAsync(
        state => state.Query(
            "SELECT session FROM entry GROUP BY session ORDER BY MIN(id)", row => new SessionId(new Digest(row.GetBytes(0)))),
        cancellationToken);

    /// <summary>Brings a log up to date.</summary>
    /// <returns>Whether there was anything new.</returns>
    public async Task<bool> ReadAsync(SessionLog log, CancellationToken cancellationToken)
    {
        bool isNew = false;
        while (true)
        {
            IReadOnlyList<(long Id, long Received, byte[] Message)> page = await _database.ReadAsync(
                state => state.Query(
                    "SELECT id, received, message FROM entry WHERE session = $1 AND id > $2 ORDER BY id LIMIT $3",
                    row => (row.GetInt64(0), row.GetInt64(1), row.GetBytes(2)),
                    log.Session.Value.ToArray(), log.Position, PageLength),
                cancellationToken);
            foreach ((long id, long received, byte[] message) in page)
            {
                log.Add(id, received, MessageCodec.Decode(message, _limits));
                isNew = true;
            }

            if (page.Count < PageLength)
            {
                return isNew;
            }
        }
    }

    public async Task<SessionLog> ReadAsync(SessionId session, CancellationToken cancellationToken)
    {
        var log = new SessionLog(session);
        await ReadAsync(log, cancellationToken);
        return log;
    }

    /// <summary>The session that a name or the first digits of an identifier mean; the newest when neither is given.</summary>
    /// <exception cref="SessionNotFoundException">None, or several.</exception>
    public async Task<SessionLog> FindAsync(string? session, CancellationToken cancellationToken)
    {
        IReadOnlyList<SessionId> all = await SessionsAsync(cancellationToken);
        if (all.Count == 0)
        {
            throw new SessionNotFoundException("No session is known here yet.", isEmpty: true);
        }

        if (session is null)
        {
            return await ReadAsync(all[^1], cancellationToken);
        }

        SessionId[] byId =
            [
                .. all.Where(
                    id => session.Length >= ShortestIdentifier
                        && id.ToString().StartsWith(session, StringComparison.OrdinalIgnoreCase)),
            ];
        if (byId.Length == 1)
        {
            return await ReadAsync(byId[0], cancellationToken);
        }

        var named = new List<SessionLog>();
        foreach (SessionId id in byId.Length > 0 ? byId : all)
        {
            SessionLog log = await ReadAsync(id, cancellationToken);
            if (byId.Length > 0 || log.Plan?.Name == session)
            {
                named.Add(log);
            }
        }

        return named.Count switch
        {
            1 => named[0],
            0 => throw new SessionNotFoundException($"No session '{session}' is known here.", isEmpty: false),
            _ => throw new SessionNotFoundException(
                $"'{session}' may be any of {string.Join(", ", named.Select(log => log.ShortId))}: give more of the identifier.",
                isEmpty: false),
        };
    }

    public void Dispose() => _database.Dispose();

    /// <summary>
    /// By what a message is known again. A plan that is sent again may be rejected again in the same words, and that is news.
    /// </summary>
    private static Digest SubjectOf(Message message, byte[] encoded) =>
        message is Signed<Rejected> { Statement.SubjectType: MessageType.SessionPlan } ? Digest.Of(encoded) : message.Digest;
}
