using System.Globalization;
using Consortium.Hosting.Faults;
using Microsoft.Data.Sqlite;

namespace Consortium.Hosting.Storage;

/// <summary>
/// A daemon's state in one SQLite file: write-ahead log, full sync, so a commit survives a power cut. One connection, one
/// transaction at a time; what waits for it waits without a thread.
/// </summary>
public sealed class StateDatabase : IDisposable
{
    private static readonly TimeSpan BusyLimit = TimeSpan.FromSeconds(5);

    private readonly SqliteConnection _connection;
    private readonly FaultPoint _faults;
    private readonly SemaphoreSlim _turn = new(1);

    private StateDatabase(SqliteConnection connection, FaultPoint faults)
    {
        _connection = connection;
        _faults = faults;
    }

    /// <summary>Opens or creates the file, checks every page of it, and brings it to the schema's version.</summary>
    /// <param name="syncs">Whether a commit survives a power cut, not only the process's end.</param>
    /// <exception cref="StorageException">Damaged, another program's, or of a newer version.</exception>
    public static StateDatabase Open(string file, DatabaseSchema schema, FaultPoint faults, bool syncs = true)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Pooling = false,
            DefaultTimeout = (int)BusyLimit.TotalSeconds,
        }.ToString());
        try
        {
            connection.Open();
            Pragma(connection, $"busy_timeout = {(int)BusyLimit.TotalMilliseconds}");
            CheckOwner(connection, file, schema);
            CheckPages(connection, file);
            Pragma(connection, "journal_mode = WAL");
            Pragma(connection, syncs ? "synchronous = FULL" : "synchronous = OFF");
            Pragma(connection, "foreign_keys = ON");
            Pragma(connection, "cell_size_check = ON");
            var database = new StateDatabase(connection, faults);
            database.Migrate(schema);
            return database;
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            throw Explain(file, exception);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens another process's file to read from, whether that process runs or not. Nothing in it is changed.</summary>
    /// <exception cref="StorageException">Not there, not of this schema, or not to be read.</exception>
    public static StateDatabase OpenForReading(string file, DatabaseSchema schema)
    {
        if (!File.Exists(file))
        {
            throw new StorageException(StorageFault.Missing, $"There is no {file}: name the data folder of the daemon that keeps it.");
        }

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = (int)BusyLimit.TotalSeconds,
        }.ToString());
        try
        {
            connection.Open();
            CheckOwner(connection, file, schema);
            long version = Pragma(connection, "user_version");
            return version == schema.Migrations.Count
                ? new StateDatabase(connection, FaultPoints.None)
                : throw new StorageException(StorageFault.NotOurs, $"{file} has version {version}; this program reads version {schema.Migrations.Count}. Start the newer daemon on it once.");
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            throw Explain(file, exception);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction, which is durable when the task completes. If it throws, nothing of it happened.
    /// </summary>
    /// <exception cref="StorageException">The database failed; nothing of it happened.</exception>
    public async Task<T> WriteAsync<T>(Func<StateTransaction, T> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _faults("database:beginning");
            using SqliteTransaction transaction = _connection.BeginTransaction(deferred: false);
            T result = work(new StateTransaction(_connection, transaction));
            _faults("database:committing");
            transaction.Commit();
            _faults("database:committed");
            return result;
        }
        catch (SqliteException exception)
        {
            throw Explain(_connection.DataSource, exception);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>As the other, for work without a result.</summary>
    public Task WriteAsync(Action<StateTransaction> work, CancellationToken cancellationToken) => WriteAsync(
        transaction =>
        {
            work(transaction);
            return true;
        },
        cancellationToken);

    /// <summary>Runs <paramref name="work"/>, which only reads, on one unchanging state.</summary>
    public async Task<T> ReadAsync<T>(Func<StateTransaction, T> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _faults("database:reading");
            using SqliteTransaction transaction = _connection.BeginTransaction(deferred: true);
            return work(new StateTransaction(_connection, transaction));
        }
        catch (SqliteException exception)
        {
            throw Explain(_connection.DataSource, exception);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _connection.Dispose();
        _turn.Dispose();
    }

    private static void CheckOwner(SqliteConnection connection, string file, DatabaseSchema schema)
    {
        long id = Pragma(connection, "application_id"), version = Pragma(connection, "user_version");
        bool isEmpty = Pragma(connection, "schema_version") == 0;
        if (!isEmpty && id != schema.ApplicationId)
        {
            throw new StorageException(StorageFault.NotOurs, $"{file} belongs to another program or another role (application id {id:x8}, not {schema.ApplicationId:x8}). Check which data folder this daemon was given.");
        }

        if (version > schema.Migrations.Count)
        {
            throw new StorageException(StorageFault.NotOurs, $"{file} has version {version}; this program knows versions up to {schema.Migrations.Count}. Run the newer program that wrote it.");
        }
    }

    private static void CheckPages(SqliteConnection connection, string file)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check(1)";
        string? verdict = command.ExecuteScalar() as string;
        if (verdict != "ok")
        {
            throw Corrupt(file, verdict, null);
        }
    }

    private void Migrate(DatabaseSchema schema)
    {
        int version = (int)Pragma(_connection, "user_version");
        for (; version < schema.Migrations.Count; version++)
        {
            using SqliteTransaction transaction = _connection.BeginTransaction();
            using SqliteCommand command = _connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = string.Create(
                CultureInfo.InvariantCulture,
                $"{schema.Migrations[version]}; PRAGMA application_id = {schema.ApplicationId}; PRAGMA user_version = {version + 1};");
            command.ExecuteNonQuery();
            _faults("database:migrating");
            transaction.Commit();
        }
    }

    private static long Pragma(SqliteConnection connection, string pragma)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA " + pragma;
        return command.ExecuteScalar() is long number ? number : 0;
    }

    private static StorageException Explain(string file, SqliteException exception) => exception.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB => Corrupt(file, exception.Message, exception),
        SQLitePCL.raw.SQLITE_FULL => new StorageException(
            StorageFault.DiskFull, $"{file}: the disk is full. Free some space; work goes on by itself.", exception),
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => new StorageException(
            StorageFault.InUse, $"{file} is locked by another process: close whatever has it open.", exception),
        _ => new StorageException(StorageFault.Unavailable, $"{file}: {exception.Message}", exception),
    };

    private static StorageException Corrupt(string file, string? verdict, Exception? exception) => new(
        StorageFault.Corrupt,
        $"{file} is damaged ({verdict}). Nothing was changed. Check the disk, and restore the data folder from a backup; a key holder must not go back to an older backup than its last approval.",
        exception);
}
