using Consortium.Hosting.Faults;
using Consortium.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Consortium.Hosting.Sqlite;

/// <summary>A state database in memory that lasts as long as this object, however often it is opened and closed.</summary>
public sealed class MemoryDatabase : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SqliteConnection _connection = new(new SqliteConnectionStringBuilder
    {
        DataSource = ":memory:",
        Pooling = false,
    }.ToString());

    public MemoryDatabase() => _connection.Open();

    public StateDatabase Open(DatabaseSchema schema, FaultPoint faults) =>
        SqliteDatabase.OpenInMemory(_connection, _turn, schema, faults);

    public StateDatabase OpenForReading(DatabaseSchema schema) =>
        SqliteDatabase.OpenInMemoryForReading(_connection, _turn, schema);

    public void Dispose()
    {
        _connection.Dispose();
        _turn.Dispose();
    }
}
