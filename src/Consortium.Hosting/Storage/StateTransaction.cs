using System.Data;
using Microsoft.Data.Sqlite;

namespace Consortium.Hosting.Storage;

/// <summary>A transaction of a <see cref="StateDatabase"/>. Only for use inside the call that was given it. Parameters are $1, $2 and so on.</summary>
public sealed class StateTransaction
{
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;

    internal StateTransaction(SqliteConnection connection, SqliteTransaction transaction)
    {
        _connection = connection;
        _transaction = transaction;
    }

    /// <returns>Rows changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> parameters)
    {
        using SqliteCommand command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>The rows that <paramref name="sql"/> selects, each as <paramref name="read"/> reads it.</summary>
    public IReadOnlyList<T> Query<T>(string sql, Func<IDataRecord, T> read, params ReadOnlySpan<object?> parameters)
    {
        using SqliteCommand command = Command(sql, parameters);
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>What this database deletes is overwritten from here on, for as long as the process runs.</summary>
    public void OverwriteWhatIsDeleted() => Query("PRAGMA secure_delete = ON", row => row.GetInt64(0));

    private SqliteCommand Command(string sql, ReadOnlySpan<object?> parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.Transaction = _transaction;
        command.CommandText = sql;
        for (int i = 0; i < parameters.Length; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", parameters[i] ?? DBNull.Value);
        }

        return command;
    }
}
