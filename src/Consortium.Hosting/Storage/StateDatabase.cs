using System.Collections.Concurrent;
using System.Globalization;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Telemetry;
using Microsoft.Data.Sqlite;

namespace Consortium.Hosting.Storage;

/// <summary>
/// A daemon's state in one SQLite file: write-ahead log, full sync, so a commit survives a power cut. What wants to write while another
/// commit is being synced shares the next one: each in a savepoint of its own, all durable by one sync. Reads have a connection of
/// their own and wait for no commit. Whatever waits does so without a thread.
/// </summary>
public sealed class StateDatabase : IDisposable
{
    private static readonly TimeSpan BusyLimit = TimeSpan.FromSeconds(5);

    /// <summary>Pieces of work that share a commit at most.</summary>
    private const int SharedCommit = 64;

    private readonly SqliteConnection _writing;
    private readonly SqliteConnection _reading;
    private readonly FaultPoint _faults;
    private readonly ConcurrentQueue<PendingWrite> _pending = new();
    private readonly SemaphoreSlim _writeTurn = new(1);
    private readonly SemaphoreSlim _readTurn = new(1);

    private StateDatabase(SqliteConnection writing, SqliteConnection reading, FaultPoint faults)
    {
        _writing = writing;
        _reading = reading;
        _faults = faults;
    }

    /// <summary>Opens or creates the file, checks every page of it, and brings it to the schema's version.</summary>
    /// <param name="syncs">Whether a commit survives a power cut, not only the process's end.</param>
    /// <exception cref="StorageException">Damaged, another program's, or of a newer version.</exception>
    public static StateDatabase Open(string file, DatabaseSchema schema, FaultPoint faults, bool syncs = true)
    {
        SqliteConnection writing = Connection(file), reading = Connection(file);
        try
        {
            writing.Open();
            Pragma(writing, $"busy_timeout = {(int)BusyLimit.TotalMilliseconds}");
            CheckOwner(writing, file, schema);
            CheckPages(writing, file);
            Prepare(writing, syncs);
            var database = new StateDatabase(writing, reading, faults);
            database.Migrate(schema);
            reading.Open();
            Pragma(reading, $"busy_timeout = {(int)BusyLimit.TotalMilliseconds}");
            Prepare(reading, syncs);
            return database;
        }
        catch (SqliteException exception)
        {
            writing.Dispose();
            reading.Dispose();
            throw Explain(file, exception);
        }
        catch
        {
            writing.Dispose();
            reading.Dispose();
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
                ? new StateDatabase(connection, connection, FaultPoints.None)
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
        var write = new PendingWrite<T>(work);
        _pending.Enqueue(write);
        await CarryOutAsync(write, cancellationToken);
        return await write.Result;
    }

    /// <summary>As the other, for work without a result.</summary>
    public Task WriteAsync(Action<StateTransaction> work, CancellationToken cancellationToken) => WriteAsync(
        transaction =>
        {
            work(transaction);
            return true;
        },
        cancellationToken);

    /// <summary>Runs <paramref name="work"/>, which only reads, on one unchanging state: all that was written before the call, and maybe more.</summary>
    public async Task<T> ReadAsync<T>(Func<StateTransaction, T> work, CancellationToken cancellationToken)
    {
        await _readTurn.WaitAsync(cancellationToken);
        try
        {
            _faults("database:reading");
            using SqliteTransaction transaction = _reading.BeginTransaction(deferred: true);
            return work(new StateTransaction(_reading, transaction));
        }
        catch (SqliteException exception)
        {
            throw Explain(_reading.DataSource, exception);
        }
        finally
        {
            _readTurn.Release();
        }
    }

    public void Dispose()
    {
        _reading.Dispose();
        _writing.Dispose();
        _writeTurn.Dispose();
        _readTurn.Dispose();
    }

    private static SqliteConnection Connection(string file) => new(new SqliteConnectionStringBuilder
    {
        DataSource = file,
        Pooling = false,
        DefaultTimeout = (int)BusyLimit.TotalSeconds,
    }.ToString());

    private static void Prepare(SqliteConnection connection, bool syncs)
    {
        Pragma(connection, "journal_mode = WAL");
        Pragma(connection, syncs ? "synchronous = FULL" : "synchronous = OFF");
        Pragma(connection, "foreign_keys = ON");
        Pragma(connection, "cell_size_check = ON");
    }

    /// <summary>Waits for the turn to write, unless whoever had it carried this out too.</summary>
    private async Task CarryOutAsync(PendingWrite write, CancellationToken cancellationToken)
    {
        try
        {
            await _writeTurn.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!write.TryTake())
        {
            return; // it was begun already, and its result tells what came of it
        }

        try
        {
            while (!write.IsTaken)
            {
                CommitPending();
            }
        }
        finally
        {
            _writeTurn.Release();
        }
    }

    private void CommitPending()
    {
        var batch = new List<PendingWrite>();
        while (batch.Count < SharedCommit && _pending.TryDequeue(out PendingWrite? write))
        {
            if (write.TryTake())
            {
                batch.Add(write);
            }
        }

        try
        {
            Commit(batch);
        }
        catch (Exception exception)
        {
            Exception explained = exception is SqliteException failure ? Explain(_writing.DataSource, failure) : exception;
            batch.ForEach(write => write.Fail(explained));
            return;
        }

        batch.ForEach(write => write.Succeed());
    }

    private void Commit(List<PendingWrite> batch)
    {
        _faults("database:beginning");
        using SqliteTransaction transaction = _writing.BeginTransaction(deferred: false);
        var state = new StateTransaction(_writing, transaction);
        if (batch.Count == 1)
        {
            batch[0].Run(state);
        }
        else
        {
            batch.ForEach(write => RunApart(write, state, transaction));
        }

        _faults("database:committing");
        using (Instruments.Measure("commit"))
        {
            transaction.Commit();
        }

        _faults("database:committed");
    }

    /// <summary>Work that throws is undone, and the others' is not.</summary>
    private void RunApart(PendingWrite write, StateTransaction state, SqliteTransaction transaction)
    {
        const string Savepoint = "apart";
        transaction.Save(Savepoint);
        try
        {
            write.Run(state);
        }
        catch (Exception exception)
        {
            transaction.Rollback(Savepoint);
            write.Fail(exception is SqliteException failure ? Explain(_writing.DataSource, failure) : exception);
        }

        transaction.Release(Savepoint);
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
        int version = (int)Pragma(_writing, "user_version");
        for (; version < schema.Migrations.Count; version++)
        {
            using SqliteTransaction transaction = _writing.BeginTransaction();
            using SqliteCommand command = _writing.CreateCommand();
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
