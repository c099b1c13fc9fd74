using System.Collections.Immutable;
using Consortium.Hosting.Storage;
using Consortium.Protocol.Messages;

namespace Consortium.Aggregator;

/// <summary>
/// What the aggregator keeps beside the sessions' states, for sums, for banks that were away and for the audit: updates, where their
/// chunks are, sums, and what was sent to open them. Frames that turn out wrong are deleted, and all of a session when <see cref="Retention"/> says so.
/// </summary>
internal static class Archive
{
    public const string Migration = """
        CREATE TABLE submission (
            source BLOB PRIMARY KEY,
            session BLOB NOT NULL,
            bank TEXT NOT NULL,
            message BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE frame (
            source BLOB NOT NULL,
            sender TEXT NOT NULL,
            first INTEGER NOT NULL,
            count INTEGER NOT NULL,
            blob BLOB NOT NULL,
            checked INTEGER NOT NULL,
            PRIMARY KEY (source, sender, first)) WITHOUT ROWID;
        CREATE INDEX frame_unchecked ON frame (sender) WHERE checked = 0;
        CREATE TABLE sum (
            cohort BLOB PRIMARY KEY,
            digests BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE aggregate (
            session BLOB NOT NULL,
            bank TEXT NOT NULL,
            round INTEGER NOT NULL,
            cohort BLOB NOT NULL,
            message BLOB NOT NULL,
            PRIMARY KEY (session, bank, round)) WITHOUT ROWID;
        CREATE TABLE advance (
            session BLOB NOT NULL,
            round INTEGER NOT NULL,
            bank TEXT NOT NULL,
            message BLOB NOT NULL,
            PRIMARY KEY (session, round, bank)) WITHOUT ROWID;
        """;

    /// <summary>Which session frames and sums are of, even when nothing else names them any more.</summary>
    public const string SessionMigration = """
        ALTER TABLE frame ADD COLUMN session BLOB;
        ALTER TABLE sum ADD COLUMN session BLOB;
        UPDATE sum SET session = (SELECT session FROM aggregate WHERE aggregate.cohort = sum.cohort);
        UPDATE frame SET session = coalesce(
            (SELECT session FROM submission WHERE submission.source = frame.source),
            (SELECT session FROM sum WHERE sum.cohort = frame.source));
        """;

    public static void AddUpdate(StateTransaction state, UpdateSubmitted update) => state.Execute(
        "INSERT OR IGNORE INTO submission (source, session, bank, message) VALUES ($1, $2, $3, $4)",
        update.Digest.ToArray(), update.Manifest.Statement.Attempt.Session.Value.ToArray(), update.Sender.Name, MessageCodec.Encode(update));

    public static UpdateSubmitted? FindUpdate(StateTransaction state, Digest source, MessageLimits limits) =>
        state.Query("SELECT message FROM submission WHERE source = $1", row => (byte[])row.GetValue(0), source.ToArray()).FirstOrDefault() is { } message
            ? (UpdateSubmitted)MessageCodec.Decode(message, limits)
            : null;

    /// <summary>Notes where chunks are. A frame found right is never replaced.</summary>
    public static void AddFrame(StateTransaction state, SessionId session, Digest source, PartyId sender, StoredFrame frame) => state.Execute(
        """
        INSERT INTO frame (source, sender, first, count, blob, checked, session) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (source, sender, first) DO UPDATE
        SET count = excluded.count, blob = excluded.blob, checked = excluded.checked WHERE checked = 0
        """,
        source.ToArray(), sender.Name, frame.First, frame.Count, frame.Blob.ToArray(), frame.IsChecked ? 1 : 0, session.Value.ToArray());

    public static void DeleteUnchecked(StateTransaction state, Digest source, PartyId sender, StoredFrame frame) => state.Execute(
        "DELETE FROM frame WHERE source = $1 AND sender = $2 AND first = $3 AND blob = $4 AND checked = 0",
        source.ToArray(), sender.Name, frame.First, frame.Blob.ToArray());

    public static IReadOnlyList<StoredFrame> Frames(StateTransaction state, Digest source, PartyId sender) => state.Query(
        "SELECT first, count, blob, checked FROM frame WHERE source = $1 AND sender = $2 ORDER BY first",
        row => new StoredFrame(row.GetInt32(0), row.GetInt32(1), new Digest((byte[])row.GetValue(2)), row.GetInt32(3) == 1),
        source.ToArray(), sender.Name);

    /// <summary>Frames of a bank whose manifest has not come.</summary>
    public static long CountUnchecked(StateTransaction state, PartyId sender) =>
        state.Query("SELECT COUNT(*) FROM frame WHERE sender = $1 AND checked = 0", row => row.GetInt64(0), sender.Name)[0];

    /// <summary>Updates whose chunks came before them and have not been checked.</summary>
    public static IReadOnlyList<Digest> Unchecked(StateTransaction state) => state.Query(
        "SELECT DISTINCT submission.source FROM submission JOIN frame ON frame.source = submission.source AND frame.sender = submission.bank WHERE frame.checked = 0",
        row => new Digest((byte[])row.GetValue(0)));

    public static void AddSum(StateTransaction state, SessionId session, Digest cohort, ImmutableArray<Digest> chunks)
    {
        byte[] digests = new byte[chunks.Length * Digest.Length];
        for (int i = 0; i < chunks.Length; i++)
        {
            chunks[i].CopyTo(digests.AsSpan(i * Digest.Length));
        }

        state.Execute("INSERT OR IGNORE INTO sum (cohort, digests, session) VALUES ($1, $2, $3)", cohort.ToArray(), digests, session.Value.ToArray());
    }

    public static ImmutableArray<Digest> SumDigests(StateTransaction state, Digest cohort) =>
        [.. state.Query("SELECT digests FROM sum WHERE cohort = $1", row => (byte[])row.GetValue(0), cohort.ToArray())[0]
            .Chunk(Digest.Length).Select(bytes => new Digest(bytes))];

    /// <summary>What a bank is sent to open a round; later ones carry more share-sums.</summary>
    public static void AddAggregate(StateTransaction state, PartyId bank, AggregateReleased aggregate)
    {
        AttemptId attempt = aggregate.Cohort.Statement.Attempt;
        state.Execute(
            "INSERT OR REPLACE INTO aggregate (session, bank, round, cohort, message) VALUES ($1, $2, $3, $4, $5)",
            attempt.Session.Value.ToArray(), bank.Name, attempt.Round.Value, aggregate.Cohort.Digest.ToArray(), MessageCodec.Encode(aggregate));
    }

    /// <summary>The first <paramref name="most"/> retained aggregates for a bank from a round on, with their cohorts' digests.</summary>
    public static IReadOnlyList<(Digest Cohort, byte[] Message)> Aggregates(StateTransaction state, SessionId session, PartyId bank, RoundNumber from, int most) =>
        state.Query(
            "SELECT cohort, message FROM aggregate WHERE session = $1 AND bank = $2 AND round >= $3 ORDER BY round LIMIT $4",
            row => (new Digest((byte[])row.GetValue(0)), (byte[])row.GetValue(1)),
            session.Value.ToArray(), bank.Name, from.Value, most);

    /// <summary>Of a round's aggregates the one with the most share-sums; null when the round was not released.</summary>
    public static AggregateReleased? FullestAggregate(StateTransaction state, SessionId session, RoundNumber round, MessageLimits limits) => state.Query(
        "SELECT message FROM aggregate WHERE session = $1 AND round = $2 ORDER BY length(message) DESC, bank LIMIT 1",
        row => (AggregateReleased)MessageCodec.Decode((byte[])row.GetValue(0), limits), session.Value.ToArray(), round.Value).FirstOrDefault();

    /// <summary>In order.</summary>
    public static IReadOnlyList<RoundNumber> ReleasedRounds(StateTransaction state, SessionId session) => state.Query(
        "SELECT DISTINCT round FROM aggregate WHERE session = $1 ORDER BY round", row => new RoundNumber(row.GetInt32(0)), session.Value.ToArray());

    /// <summary>What each bank said it reached in a round.</summary>
    public static ImmutableArray<Signed<ModelAdvanced>> Advances(StateTransaction state, SessionId session, RoundNumber round, MessageLimits limits) =>
        [.. state.Query(
            "SELECT message FROM advance WHERE session = $1 AND round = $2 ORDER BY bank",
            row => (Signed<ModelAdvanced>)MessageCodec.Decode((byte[])row.GetValue(0), limits), session.Value.ToArray(), round.Value)];

    public static void AddAdvance(StateTransaction state, Signed<ModelAdvanced> advanced)
    {
        AttemptId attempt = advanced.Statement.Attempt;
        state.Execute(
            "INSERT OR IGNORE INTO advance (session, round, bank, message) VALUES ($1, $2, $3, $4)",
            attempt.Session.Value.ToArray(), attempt.Round.Value, advanced.Sender.Name, MessageCodec.Encode(advanced));
    }
    /// <summary>Ciphertext that is to be kept.</summary>
    public static IReadOnlyList<Digest> Blobs(StateTransaction state) => state.Query("SELECT DISTINCT blob FROM frame", row => new Digest((byte[])row.GetValue(0)));

    /// <summary>Everything of a session but its ciphertext, which nobody refers to from here on.</summary>
    public static void Delete(StateTransaction state, SessionId session)
    {
        foreach (string table in (string[])["submission", "frame", "sum", "aggregate", "advance"])
        {
            state.Execute($"DELETE FROM {table} WHERE session = $1", session.Value.ToArray());
        }
    }
}
