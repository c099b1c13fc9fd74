using System.Collections.Immutable;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Aggregator;

/// <summary>
/// What the aggregator keeps beside the sessions' states, for sums, for banks that were away and for the audit: updates, where
/// their chunks are, sums, and what was sent to open them. Frames that turn out wrong are deleted, and all of a session when
/// <see cref="Retention"/> says so.
/// </summary>
internal static class Archive
{
    public const string Migration = """
        CREATE TABLE submission (
            source BLOB PRIMARY KEY NOT NULL,
            session BLOB NOT NULL,
            bank TEXT NOT NULL,
            message BLOB NOT NULL);
        CREATE TABLE frame (
            source BLOB NOT NULL,
            sender TEXT NOT NULL,
            first INTEGER NOT NULL,
            count INTEGER NOT NULL,
            blob BLOB NOT NULL,
            checked INTEGER NOT NULL,
            session BLOB NOT NULL,
            PRIMARY KEY (source, sender, first));
        CREATE INDEX frame_unchecked ON frame (sender) WHERE checked = 0;
        CREATE TABLE sum (
            cohort BLOB PRIMARY KEY NOT NULL,
            session BLOB NOT NULL,
            digests BLOB NOT NULL);
        CREATE TABLE release (
            session BLOB NOT NULL,
            round INTEGER NOT NULL,
            cohort BLOB NOT NULL,
            message BLOB NOT NULL,
            PRIMARY KEY (session, round));
        CREATE TABLE share_sum (
            cohort BLOB NOT NULL,
            holder TEXT NOT NULL,
            session BLOB NOT NULL,
            message BLOB NOT NULL,
            PRIMARY KEY (cohort, holder));
        CREATE TABLE advance (
            session BLOB NOT NULL,
            round INTEGER NOT NULL,
            bank TEXT NOT NULL,
            message BLOB NOT NULL,
            PRIMARY KEY (session, round, bank));
        CREATE TABLE control (
            session BLOB PRIMARY KEY NOT NULL,
            message BLOB NOT NULL);
        """;

    /// <summary>update_tag: the members' signed tags of a closed cohort.</summary>
    public const string TagMigration = """
        CREATE TABLE update_tag (
            cohort BLOB NOT NULL,
            bank TEXT NOT NULL,
            session BLOB NOT NULL,
            message BLOB NOT NULL,
            PRIMARY KEY (cohort, bank));
        """;

    /// <summary>
    /// sealed_share: an update's key share for each key holder, by its place in the configuration, until the round is over.
    /// </summary>
    public const string SharesMigration = """
        CREATE TABLE sealed_share (
            source BLOB NOT NULL,
            holder INTEGER NOT NULL,
            session BLOB NOT NULL,
            round INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            sealed BLOB NOT NULL,
            PRIMARY KEY (source, holder));
        CREATE INDEX sealed_share_session ON sealed_share (session, round, attempt);
        """;

    /// <summary>The operator's last word on a session, for whoever did not hear it.</summary>
    public static void KeepControl(StateTransaction state, Signed<SessionControl> control) => state.Execute(
        "INSERT INTO control (session, message) VALUES ($1, $2) ON CONFLICT (session) DO UPDATE SET message = excluded.message",
        control.Statement.Session.Value.ToArray(), MessageCodec.Encode(control));

    public static Signed<SessionControl>? FindControl(StateTransaction state, SessionId session, MessageLimits limits) =>
        state.Query(
            "SELECT message FROM control WHERE session = $1",
            row => (Signed<SessionControl>)MessageCodec.Decode(row.GetBytes(0), limits),
            session.Value.ToArray()).FirstOrDefault();

    /// <summary>The sealed key shares lie apart: they are erased long before what the audit takes.</summary>
    public static void AddUpdate(StateTransaction state, UpdateSubmitted update)
    {
        byte[] source = update.Digest.ToArray();
        AttemptId attempt = update.Manifest.Statement.Attempt;
        byte[] session = attempt.Session.Value.ToArray();
        state.Execute(
            "INSERT INTO submission (source, session, bank, message) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            source, session, update.Sender.Name, MessageCodec.Encode(update with { SealedShares = [] }));
        foreach ((int holder, ReadOnlyMemory<byte> share) in update.SealedShares.Index())
        {
            state.Execute(
                """
                INSERT INTO sealed_share (source, holder, session, round, attempt, sealed) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT DO NOTHING
                """,
                source, holder, session, attempt.Round.Value, attempt.Attempt.Value, share.ToArray());
        }
    }

    /// <summary>An update's key share for the key holder of this place in the configuration; null once it was erased.</summary>
    public static byte[]? FindSealedShare(StateTransaction state, Digest source, int holder) => state.Query(
        "SELECT sealed FROM sealed_share WHERE source = $1 AND holder = $2", row => row.GetBytes(0), source.ToArray(),
        holder).FirstOrDefault();

    /// <summary>
    /// Key shares of all attempts of a session but one, or of all, and opening proofs, whose sealed parts are of shares too.
    /// Their bytes are overwritten.
    /// </summary>
    public static void EraseShares(StateTransaction state, SessionId session, AttemptId? kept)
    {
        state.Execute(
            "DELETE FROM sealed_share WHERE session = $1 AND NOT (round = $2 AND attempt = $3)",
            session.Value.ToArray(), kept?.Round.Value ?? 0, kept?.Attempt.Value ?? 0);
        state.Execute("DELETE FROM opening_proof WHERE session = $1", session.Value.ToArray());
    }

    /// <summary>An update without its sealed key shares.</summary>
    public static IEnumerable<Signed<UpdateManifest>> ManifestsOf(
        StateTransaction state, SessionId session, PartyId bank, MessageLimits limits) =>
        state.Query(
            "SELECT message FROM submission WHERE session = $1 AND bank = $2", row => row.GetBytes(0), session.Value.ToArray(),
            bank.Name).Select(message => ((UpdateSubmitted)MessageCodec.Decode(message, limits)).Manifest);

    public static UpdateSubmitted? FindUpdate(StateTransaction state, Digest source, MessageLimits limits) =>
        state.Query("SELECT message FROM submission WHERE source = $1", row => row.GetBytes(0), source.ToArray()).FirstOrDefault()
            is { } message
            ? (UpdateSubmitted)MessageCodec.Decode(message, limits)
            : null;

    /// <summary>Notes where chunks are. A frame found right is never replaced.</summary>
    public static void AddFrame(StateTransaction state, SessionId session, Digest source, PartyId sender, StoredFrame frame) =>
        state.Execute(
            """
        INSERT INTO frame (source, sender, first, count, blob, checked, session) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (source, sender, first) DO UPDATE
        SET count = excluded.count, blob = excluded.blob, checked = excluded.checked WHERE frame.checked = 0
        """,
            source.ToArray(), sender.Name, frame.First, frame.Count, frame.Blob.ToArray(), frame.IsChecked ? 1 : 0,
            session.Value.ToArray());

    public static void DeleteUnchecked(StateTransaction state, Digest source, PartyId sender, StoredFrame frame) => state.Execute(
        "DELETE FROM frame WHERE source = $1 AND sender = $2 AND first = $3 AND blob = $4 AND checked = 0",
        source.ToArray(), sender.Name, frame.First, frame.Blob.ToArray());

    /// <summary>
    /// Of a session whose round is closed: nothing that came ahead of its manifest is wanted any more, and it counts no longer.
    /// </summary>
    public static void DeleteUnchecked(StateTransaction state, SessionId session) =>
        state.Execute("DELETE FROM frame WHERE session = $1 AND checked = 0", session.Value.ToArray());

    public static IReadOnlyList<StoredFrame> Frames(StateTransaction state, Digest source, PartyId sender) => state.Query(
        "SELECT first, count, blob, checked FROM frame WHERE source = $1 AND sender = $2 ORDER BY first",
        row => new StoredFrame(row.GetInt32(0), row.GetInt32(1), new Digest(row.GetBytes(2)), row.GetInt32(3) == 1),
        source.ToArray(), sender.Name);

    /// <summary>Frames of a bank whose manifest has not come.</summary>
    public static long CountUnchecked(StateTransaction state, PartyId sender) =>
        state.Query("SELECT COUNT(*) FROM frame WHERE sender = $1 AND checked = 0", row => row.GetInt64(0), sender.Name)[0];

    /// <summary>Updates whose chunks came before them and have not been checked.</summary>
    public static IReadOnlyList<Digest> Unchecked(StateTransaction state) => state.Query(
        "SELECT DISTINCT submission.source FROM submission JOIN frame ON frame.source = submission.source AND frame.sender = "
            + "submission.bank WHERE frame.checked = 0",
        row => new Digest(row.GetBytes(0)));

    public static void AddSum(StateTransaction state, SessionId session, Digest cohort, ImmutableArray<Digest> chunks)
    {
        byte[] digests = new byte[chunks.Length * Digest.Length];
        for (int i = 0; i < chunks.Length; i++)
        {
            chunks[i].CopyTo(digests.AsSpan(i * Digest.Length));
        }

        state.Execute(
            "INSERT INTO sum (cohort, digests, session) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", cohort.ToArray(), digests,
            session.Value.ToArray());
    }

    public static void AddShareSum(StateTransaction state, ShareSumReleased released)
    {
        ShareSumManifest manifest = released.Manifest.Statement;
        state.Execute(
            "INSERT INTO share_sum (cohort, holder, session, message) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            manifest.CohortDigest.Value.ToArray(), released.Sender.Name, manifest.Attempt.Session.Value.ToArray(),
            MessageCodec.Encode(released));
    }

    /// <summary>The same for a share-sum that comes when its round is over, if that round released this cohort.</summary>
    public static void AddLateShareSum(StateTransaction state, ShareSumReleased released)
    {
        ShareSumManifest manifest = released.Manifest.Statement;
        if (state.Query(
            "SELECT 1 FROM release WHERE session = $1 AND round = $2 AND cohort = $3",
            row => row.GetInt32(0), manifest.Attempt.Session.Value.ToArray(), manifest.Attempt.Round.Value,
            manifest.CohortDigest.Value.ToArray()).Count > 0)
        {
            AddShareSum(state, released);
        }
    }

    /// <summary>A bank whose tag was wrong may give another: the last one counts.</summary>
    public static void AddTag(StateTransaction state, Signed<UpdateTag> tag) => state.Execute(
        """
        INSERT INTO update_tag (cohort, bank, session, message) VALUES ($1, $2, $3, $4)
        ON CONFLICT (cohort, bank) DO UPDATE SET message = excluded.message
        """,
        tag.Statement.CohortDigest.Value.ToArray(), tag.Sender.Name, tag.Statement.Attempt.Session.Value.ToArray(),
        MessageCodec.Encode(tag));

    /// <summary>The members' tags under a cohort, in order of bank.</summary>
    public static ImmutableArray<Signed<UpdateTag>> Tags(StateTransaction state, Digest cohort, MessageLimits limits) =>
        [.. state.Query(
            "SELECT message FROM update_tag WHERE cohort = $1",
            row => (Signed<UpdateTag>)MessageCodec.Decode(row.GetBytes(0), limits), cohort.ToArray()).OrderBy(tag => tag.Sender)];

    public static void AddRelease(StateTransaction state, RoundRecorded recorded)
    {
        AttemptId attempt = recorded.Cohort.Statement.Attempt;
        state.Execute(
            "INSERT INTO release (session, round, cohort, message) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            attempt.Session.Value.ToArray(), attempt.Round.Value, recorded.Cohort.Digest.ToArray(),
            MessageCodec.Encode(recorded));
    }

    /// <summary>What a round released, with every share-sum that came; null when it released nothing.</summary>
    public static ReleasedCohort? FindRelease(StateTransaction state, SessionId session, RoundNumber round, MessageLimits limits)
    {
        RoundRecorded? recorded = state.Query(
            "SELECT message FROM release WHERE session = $1 AND round = $2",
            row => (RoundRecorded)MessageCodec.Decode(row.GetBytes(0), limits), session.Value.ToArray(),
            round.Value).FirstOrDefault();
        if (recorded is null)
        {
            return null;
        }

        byte[] cohort = recorded.Cohort.Digest.ToArray();
        return new ReleasedCohort(
            recorded.Cohort,
            recorded.Approvals,
            [.. state.Query(
                "SELECT message FROM share_sum WHERE cohort = $1 ORDER BY holder",
                row => (ShareSumReleased)MessageCodec.Decode(row.GetBytes(0), limits), cohort)],
            Tags(state, recorded.Cohort.Digest, limits),
            [.. state.Query("SELECT digests FROM sum WHERE cohort = $1", row => row.GetBytes(0), cohort)[0]
                .Chunk(Digest.Length).Select(bytes => new Digest(bytes))],
            recorded.Cohort.Statement.Shape.IsBallot
                ? [.. recorded.Cohort.Statement.Members.Select(
                    member => FindUpdate(state, member.ManifestDigest, limits)!.Manifest)]
                : [],
            recorded.Voids);
    }

    /// <summary>In order.</summary>
    public static IReadOnlyList<RoundNumber> ReleasedRounds(StateTransaction state, SessionId session) => state.Query(
        "SELECT round FROM release WHERE session = $1 ORDER BY round", row => new RoundNumber(row.GetInt32(0)),
        session.Value.ToArray());

    /// <summary>What each bank said it reached in a round.</summary>
    public static ImmutableArray<Signed<ModelAdvanced>> Advances(
        StateTransaction state, SessionId session, RoundNumber round, MessageLimits limits) =>
        [.. state.Query(
            "SELECT message FROM advance WHERE session = $1 AND round = $2 ORDER BY bank",
            row => (Signed<ModelAdvanced>)MessageCodec.Decode(row.GetBytes(0), limits), session.Value.ToArray(), round.Value)];

    public static void AddAdvance(StateTransaction state, Signed<ModelAdvanced> advanced)
    {
        AttemptId attempt = advanced.Statement.Attempt;
        state.Execute(
            "INSERT INTO advance (session, round, bank, message) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            attempt.Session.Value.ToArray(), attempt.Round.Value, advanced.Sender.Name, MessageCodec.Encode(advanced));
    }

    /// <summary>Ciphertext that is to be kept.</summary>
    public static IReadOnlyList<Digest> Blobs(StateTransaction state) =>
        state.Query("SELECT DISTINCT blob FROM frame", row => new Digest(row.GetBytes(0)));

    /// <summary>Everything of a session but its ciphertext, which nobody refers to from here on.</summary>
    public static void Delete(StateTransaction state, SessionId session)
    {
        foreach (string table in (string[])["submission", "frame", "sum", "release", "share_sum", "advance", "control",
            "opening_proof", "update_tag", "sealed_share", "session_key"])
        {
            state.Execute($"DELETE FROM {table} WHERE session = $1", session.Value.ToArray());
        }
    }
}
