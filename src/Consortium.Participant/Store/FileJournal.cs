using Consortium.Hosting.Storage;
using Consortium.Primitives;

namespace Consortium.Participant.Store;

/// <summary>The journal of payment files in the daemon's database: one entry for each content that came under a name.</summary>
internal static class FileJournal
{
    /// <summary>Files that an earlier release took have no digest: they are found again by their names.</summary>
    public const string Migration = """
        CREATE TABLE payment_file (
            id BIGINT PRIMARY KEY, name TEXT NOT NULL, state INTEGER NOT NULL, digest BLOB, length BIGINT NOT NULL, written BIGINT NOT NULL,
            batch INTEGER, reason TEXT, rows BIGINT NOT NULL, set_aside BIGINT NOT NULL);
        CREATE INDEX payment_file_name ON payment_file (name);
        INSERT INTO payment_file (id, name, state, digest, length, written, batch, reason, rows, set_aside)
            SELECT ROW_NUMBER() OVER (ORDER BY batch, name), name, CASE WHEN batch IS NULL THEN 2 ELSE 1 END, NULL, -1, 0, batch, problem, 0, 0 FROM source;
        """;

    private const string Columns = "name, state, digest, length, written, batch, reason, rows, set_aside";

    /// <summary>In the order they came.</summary>
    public static IReadOnlyList<JournaledFile> All(StateTransaction state) => state.Query(
        $"SELECT {Columns} FROM payment_file ORDER BY id",
        row => new JournaledFile(
            row.GetString(0),
            (FileState)row.GetInt32(1),
            row.IsNull(2) ? null : new Digest(row.GetBytes(2)),
            row.GetInt64(3),
            row.GetInt64(4),
            row.IsNull(5) ? null : row.GetInt32(5),
            row.IsNull(6) ? null : row.GetString(6),
            row.GetInt64(7),
            row.GetInt64(8)));

    /// <summary>
    /// Notes what became of a file. An earlier content that was taken under its name is replaced; one that was not is forgotten.
    /// </summary>
    public static void Keep(StateTransaction state, JournaledFile file)
    {
        state.Execute(
            "UPDATE payment_file SET state = $2 WHERE name = $1 AND state = $3", file.Name, (int)FileState.Replaced,
            (int)FileState.Taken);
        state.Execute(
            "DELETE FROM payment_file WHERE name = $1 AND state IN ($2, $3, $4)",
            file.Name, (int)FileState.Waiting, (int)FileState.SetAside, (int)FileState.Duplicate);
        state.Execute(
            $"INSERT INTO payment_file (id, {Columns}) VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM payment_file), $1, $2, $3, "
                + "$4, $5, $6, $7, $8, $9)",
            file.Name, (int)file.State, file.Digest?.ToArray(), file.Length, file.Written, file.Batch, file.Reason, file.Rows,
            file.SetAside);
    }

    /// <summary>
    /// Notes the content of a file that is taken: the first time for one of an earlier release, or a new time of writing.
    /// </summary>
    public static void Recognize(StateTransaction state, JournaledFile file) => state.Execute(
        "UPDATE payment_file SET digest = $2, length = $3, written = $4 WHERE name = $1 AND state = $5",
        file.Name, file.Digest?.ToArray(), file.Length, file.Written, (int)file.State);
}
