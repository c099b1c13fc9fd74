using Consortium.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Consortium.Hosting.Sqlite;

/// <summary>A transaction on one connection.</summary>
internal sealed class SqliteStateTransaction(SqliteDatabase database, SqliteConnection connection, SqliteTransaction transaction)
    : StateTransaction
{
    private const string Savepoint = "apart";

    public override int Execute(string sql, params ReadOnlySpan<object?> parameters)
    {
        try
        {
            using SqliteCommand command = Command(sql, parameters);
            return command.ExecuteNonQuery();
        }
        catch (SqliteException exception)
        {
            throw database.Explain(exception);
        }
    }

    public override IReadOnlyList<T> Query<T>(string sql, Func<StateRow, T> read, params ReadOnlySpan<object?> parameters)
    {
        try
        {
            using SqliteCommand command = Command(sql, parameters);
            using SqliteDataReader reader = command.ExecuteReader();
            var row = new SqliteRow(reader);
            var rows = new List<T>();
            while (reader.Read())
            {
                rows.Add(read(row));
            }

            return rows;
        }
        catch (SqliteException exception)
        {
            throw database.Explain(exception);
        }
    }

    protected override void Commit() => Explained(transaction.Commit);

    protected override void SetSavepoint() => Explained(() => transaction.Save(Savepoint));

    protected override void RollBackToSavepoint() => Explained(() => transaction.Rollback(Savepoint));

    protected override void ReleaseSavepoint() => Explained(() => transaction.Release(Savepoint));

    protected override void End() => transaction.Dispose();

    private void Explained(Action action)
    {
        try
        {
            action();
        }
        catch (SqliteException exception)
        {
            throw database.Explain(exception);
        }
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<object?> parameters)
    {
        SqliteCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        for (int i = 0; i < parameters.Length; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", parameters[i] ?? DBNull.Value);
        }

        return command;
    }

    private sealed class SqliteRow(SqliteDataReader reader) : StateRow
    {
        public override bool IsNull(int column) => reader.IsDBNull(column);

        public override int GetInt32(int column) => reader.GetInt32(column);

        public override long GetInt64(int column) => reader.GetInt64(column);

        public override string GetString(int column) => reader.GetString(column);

        public override byte[] GetBytes(int column) => reader.GetFieldValue<byte[]>(column);
    }
}
