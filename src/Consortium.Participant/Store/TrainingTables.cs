using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Store;

/// <summary>What a participant keeps beside its sessions' protocol state.</summary>
internal static class TrainingTables
{
    /// <summary>
    /// training: where learning stands, and how many batches of data it learns from. update_frame: ciphertext to send again.
    /// aggregate and sum_frame: sums still to be opened. advance and model: the history. source: payment files in the order they
    /// were taken.
    /// </summary>
    public const string Migration = """
        CREATE TABLE training (session BLOB PRIMARY KEY NOT NULL, state BLOB NOT NULL, batches INTEGER NOT NULL);
        CREATE TABLE update_frame (
            session BLOB NOT NULL, attempt INTEGER NOT NULL, first INTEGER NOT NULL, blob BLOB NOT NULL,
            PRIMARY KEY (session, attempt, first));
        CREATE TABLE aggregate (session BLOB NOT NULL, round INTEGER NOT NULL, message BLOB NOT NULL, PRIMARY KEY (session, round));
        CREATE TABLE sum_frame (
            session BLOB NOT NULL, round INTEGER NOT NULL, first INTEGER NOT NULL, source BLOB NOT NULL, blob BLOB NOT NULL,
            PRIMARY KEY (session, round, first));
        CREATE TABLE advance (session BLOB NOT NULL, round INTEGER NOT NULL, cohort BLOB NOT NULL, state BLOB NOT NULL, PRIMARY KEY (session, round));
        CREATE TABLE model (id BIGINT PRIMARY KEY, session BLOB NOT NULL UNIQUE, rounds INTEGER NOT NULL, digest BLOB NOT NULL);
        CREATE TABLE source (name TEXT PRIMARY KEY, batch INTEGER, problem TEXT);
        """;

    /// <summary>vote: how the banks of a session voted on its model.</summary>
    public const string VoteMigration = """
        CREATE TABLE vote (
            session BLOB PRIMARY KEY, adopted INTEGER NOT NULL, valid INTEGER NOT NULL,
            accepting INTEGER NOT NULL, rejecting INTEGER NOT NULL, abstaining INTEGER NOT NULL);
        """;

    /// <summary>In which order votes were noted.</summary>
    public const string VoteOrderMigration = "ALTER TABLE vote ADD COLUMN number BIGINT NOT NULL DEFAULT 0;";

    /// <summary>How many banks were left out of a vote. No vote was noted before that some bank's was void.</summary>
    public const string VoidVoteMigration = "ALTER TABLE vote RENAME COLUMN valid TO void; UPDATE vote SET void = 0;";

    /// <summary>kept_key: the sealed key of the update of an attempt whose sum has not opened. opening_proof: what proves the
    /// opening of that update, as it is sent.</summary>
    public const string OpeningProofMigration = """
        CREATE TABLE kept_key (session BLOB PRIMARY KEY, sealed BLOB NOT NULL);
        CREATE TABLE opening_proof (session BLOB NOT NULL, holder TEXT NOT NULL, message BLOB NOT NULL, PRIMARY KEY (session, holder));
        """;

    public static void SaveTraining(StateTransaction state, SessionId session, byte[] training) => state.Execute(
        "UPDATE training SET state = $2 WHERE session = $1", session.Value.ToArray(), training);

    /// <param name="batches">Zero until the data has been read.</param>
    public static void BeginTraining(StateTransaction state, SessionId session, byte[] training, int batches) => state.Execute(
        "INSERT INTO training (session, state, batches) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", session.Value.ToArray(),
        training, batches);

    public static void FixBatches(StateTransaction state, SessionId session, int batches) => state.Execute(
        "UPDATE training SET batches = $2 WHERE session = $1 AND batches = 0", session.Value.ToArray(), batches);

    public static (byte[] State, int Batches) Training(StateTransaction state, SessionId session) => state.Query(
        "SELECT state, batches FROM training WHERE session = $1", row => (row.GetBytes(0), row.GetInt32(1)),
        session.Value.ToArray())[0];

    /// <summary>How many batches a session learnt from; null where this data folder does not know the session.</summary>
    public static int? BatchesOf(StateTransaction state, SessionId session) => state.Query(
        "SELECT batches FROM training WHERE session = $1 AND batches > 0", row => (int?)row.GetInt32(0),
        session.Value.ToArray()).FirstOrDefault();

    public static void KeepUpdateFrame(StateTransaction state, AttemptId attempt, int first, Digest blob) => state.Execute(
        "INSERT INTO update_frame (session, attempt, first, blob) VALUES ($1, $2, $3, $4)",
        attempt.Session.Value.ToArray(), attempt.Attempt.Value, first, blob.ToArray());

    public static IReadOnlyList<Digest> UpdateFrames(StateTransaction state, SessionId session) => state.Query(
        "SELECT blob FROM update_frame WHERE session = $1 ORDER BY first", Blob, session.Value.ToArray());

    /// <summary>Everything that was kept to send an update again, and to prove its opening.</summary>
    public static void DeleteUpdate(StateTransaction state, SessionId session)
    {
        foreach (string table in (string[])["update_frame", "kept_key", "opening_proof"])
        {
            state.Execute($"DELETE FROM {table} WHERE session = $1", session.Value.ToArray());
        }
    }

    public static void KeepKey(StateTransaction state, SessionId session, byte[] sealedKey) => state.Execute(
        "INSERT INTO kept_key (session, sealed) VALUES ($1, $2)", session.Value.ToArray(), sealedKey);

    public static byte[]? KeptKey(StateTransaction state, SessionId session) =>
        state.Query(
            "SELECT sealed FROM kept_key WHERE session = $1", row => row.GetBytes(0), session.Value.ToArray()).FirstOrDefault();

    public static void KeepOpeningProof(StateTransaction state, OpeningProofSubmitted proof) => state.Execute(
        "INSERT INTO opening_proof (session, holder, message) VALUES ($1, $2, $3)",
        proof.Manifest.Statement.Attempt.Session.Value.ToArray(), proof.Holder.Name, MessageCodec.Encode(proof));

    public static IReadOnlyList<OpeningProofSubmitted> OpeningProofs(
        StateTransaction state, SessionId session, MessageLimits limits) =>
        state.Query(
            "SELECT message FROM opening_proof WHERE session = $1 ORDER BY holder",
            row => (OpeningProofSubmitted)MessageCodec.Decode(row.GetBytes(0), limits), session.Value.ToArray());

    /// <summary>The newest message of a round counts: it may hold more share-sums.</summary>
    public static void KeepAggregate(StateTransaction state, AggregateReleased released)
    {
        AttemptId attempt = released.Cohort.Statement.Attempt;
        state.Execute(
            """
            INSERT INTO aggregate (session, round, message) VALUES ($1, $2, $3)
            ON CONFLICT (session, round) DO UPDATE SET message = excluded.message
            """,
            attempt.Session.Value.ToArray(), attempt.Round.Value, MessageCodec.Encode(released));
    }

    public static AggregateReleased? Aggregate(StateTransaction state, SessionId session, int round, MessageLimits limits) =>
        state.Query(
            "SELECT message FROM aggregate WHERE session = $1 AND round = $2",
            row => (AggregateReleased)MessageCodec.Decode(row.GetBytes(0), limits), session.Value.ToArray(),
            round).FirstOrDefault();

    public static void DropAggregate(StateTransaction state, SessionId session, int round) => state.Execute(
        "DELETE FROM aggregate WHERE session = $1 AND round = $2", session.Value.ToArray(), round);

    /// <summary>One sum a round: frames of another one replace those that came before.</summary>
    public static void KeepSumFrame(StateTransaction state, ChunkFrame frame, Digest blob) => state.Execute(
        """
        INSERT INTO sum_frame (session, round, first, source, blob) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (session, round, first) DO UPDATE SET source = excluded.source, blob = excluded.blob
        """,
        frame.Attempt.Session.Value.ToArray(), frame.Attempt.Round.Value, frame.First, frame.Source.ToArray(), blob.ToArray());

    public static IReadOnlyList<Digest> SumFrames(StateTransaction state, SessionId session, int round, Digest source) =>
        state.Query(
            "SELECT blob FROM sum_frame WHERE session = $1 AND round = $2 AND source = $3 ORDER BY first",
            Blob, session.Value.ToArray(), round, source.ToArray());

    public static void DropSumFrame(StateTransaction state, SessionId session, int round, int first) => state.Execute(
        "DELETE FROM sum_frame WHERE session = $1 AND round = $2 AND first = $3", session.Value.ToArray(), round, first);

    public static void DropRound(StateTransaction state, SessionId session, int round)
    {
        state.Execute("DELETE FROM aggregate WHERE session = $1 AND round <= $2", session.Value.ToArray(), round);
        state.Execute("DELETE FROM sum_frame WHERE session = $1 AND round <= $2", session.Value.ToArray(), round);
    }

    public static void KeepAdvance(StateTransaction state, ModelAdvanced advance) => state.Execute(
        """
        INSERT INTO advance (session, round, cohort, state) VALUES ($1, $2, $3, $4)
        ON CONFLICT (session, round) DO UPDATE SET cohort = excluded.cohort, state = excluded.state
        """,
        advance.Attempt.Session.Value.ToArray(), advance.Attempt.Round.Value, advance.CohortDigest.Value.ToArray(),
        advance.State.Value.ToArray());

    /// <summary>In order of round.</summary>
    public static IReadOnlyList<AdvanceRecord> Advances(StateTransaction state, SessionId session) => state.Query(
        "SELECT round, cohort, state FROM advance WHERE session = $1 ORDER BY round",
        row => new AdvanceRecord(
            new RoundNumber(row.GetInt32(0)), new CohortDigest(new Digest(row.GetBytes(1))),
            new StateDigest(new Digest(row.GetBytes(2)))),
        session.Value.ToArray());

    public static void KeepModel(StateTransaction state, SessionId session, int rounds, Digest digest) => state.Execute(
        """
        INSERT INTO model (id, session, rounds, digest) VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM model), $1, $2, $3)
        ON CONFLICT (session) DO NOTHING
        """,
        session.Value.ToArray(), rounds, digest.ToArray());

    /// <summary>The oldest first.</summary>
    public static IReadOnlyList<AdoptedModel> Models(StateTransaction state) => state.Query(
        "SELECT session, rounds, digest FROM model ORDER BY id",
        row => new AdoptedModel(new SessionId(new Digest(row.GetBytes(0))), row.GetInt32(1), new Digest(row.GetBytes(2))));

    public static void KeepVote(StateTransaction state, SessionId session, VoteTally vote) => state.Execute(
        """
        INSERT INTO vote (number, session, adopted, void, accepting, rejecting, abstaining)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM vote), $1, $2, $3, $4, $5, $6) ON CONFLICT (session) DO NOTHING
        """,
        session.Value.ToArray(), vote.IsAdopted ? 1 : 0, vote.Void, vote.Accepting, vote.Rejecting, vote.Abstaining);

    /// <summary>The oldest first.</summary>
    public static IReadOnlyList<ModelVote> Votes(StateTransaction state) => state.Query(
        "SELECT session, adopted, void, accepting, rejecting, abstaining FROM vote ORDER BY number",
        row => new ModelVote(
            new SessionId(new Digest(row.GetBytes(0))),
            new VoteTally(row.GetInt32(1) == 1, row.GetInt32(3), row.GetInt32(4), row.GetInt32(5), row.GetInt32(2))));

    /// <summary>Digest of the newest model.</summary>
    public static Digest? Model(StateTransaction state) =>
        state.Query("SELECT digest FROM model ORDER BY id DESC LIMIT 1", Blob) is [Digest digest] ? digest : null;

    /// <summary>Blobs that are still needed, but for those that frames in the outbox consist of.</summary>
    public static IReadOnlyList<Digest> Blobs(StateTransaction state) =>
        state.Query("SELECT blob FROM update_frame UNION SELECT blob FROM sum_frame", Blob);

    private static Digest Blob(StateRow row) => new(row.GetBytes(0));
}
