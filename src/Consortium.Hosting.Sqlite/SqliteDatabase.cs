using System.Globalization;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace Consortium.Hosting.Sqlite;

/// <summary>
/// A state database in one SQLite file: write-ahead log, full sync, so a commit survives a power cut. Reads have a connection of
/// their own and wait for no commit.
/// </summary>
public sealed class SqliteDatabase : StateDatabase
{
    private static readonly TimeSpan BusyLimit = TimeSpan.FromSeconds(5);

    private readonly SqliteConnection _writing;
    private readonly SqliteConnection _reading;
    private readonly FaultPoint _faults;
    private readonly bool _isReader;
    private readonly bool _isKept;
    private DirectoryInfo? _copy;

    /// <param name="turn">Lets one transaction at a time use the connection, where both are one.</param>
    /// <param name="isKept">Whether the connections outlive this object.</param>
    private SqliteDatabase(
        SqliteConnection writing, SqliteConnection reading, FaultPoint faults, SemaphoreSlim? turn, bool isReader, bool isKept)
        : base(faults, turn)
    {
        _writing = writing;
        _reading = reading;
        _faults = faults;
        _isReader = isReader;
        _isKept = isKept;
    }

    /// <summary>Opens or creates the file, checks every page of it, and brings it to the schema's version.</summary>
    /// <param name="syncs">Whether a commit survives a power cut, not only the process's end.</param>
    /// <exception cref="StorageException">Damaged, another program's, or of a newer version.</exception>
    public static SqliteDatabase Open(string file, DatabaseSchema schema, FaultPoint faults, bool syncs = true)
    {
        SqliteConnection writing = Connection(file), reading = Connection(file);
        try
        {
            writing.Open();
            Pragma(writing, $"busy_timeout = {(int)BusyLimit.TotalMilliseconds}");
            CheckOwner(writing, file, schema);
            CheckPages(writing, file);
            Prepare(writing, schema, syncs);
            var database = new SqliteDatabase(writing, reading, faults, turn: null, isReader: false, isKept: false);
            database.Migrate(schema);
            reading.Open();
            Pragma(reading, $"busy_timeout = {(int)BusyLimit.TotalMilliseconds}");
            Prepare(reading, schema, syncs);
            return database;
        }
        catch (Exception exception)
        {
            writing.Dispose();
            reading.Dispose();
            if (exception is SqliteException failure)
            {
                throw Explain(file, failure);
            }

            throw;
        }
    }

    /// <summary>Opens another process's file to read from, whether that process runs or not. Nothing in it is changed.</summary>
    /// <exception cref="StorageException">Not there, not of this schema, or not to be read.</exception>
    public static SqliteDatabase OpenForReading(string file, DatabaseSchema schema)
    {
        if (!File.Exists(file))
        {
            throw new StorageException(
                StorageFault.Missing, $"There is no {file}: name the data folder of the daemon that keeps it.");
        }

        try
        {
            return OpenForReading(file, file, schema, copy: null);
        }
        catch (SqliteException exception)
            when (exception.SqliteErrorCode is SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY)
        {
            return OpenReadOnlyCopy(file, schema);
        }
        catch (SqliteException exception)
        {
            throw Explain(file, exception);
        }
    }

    /// <summary>
    /// Opens a file in a folder that cannot be written, as on a mounted backup: readers of a write-ahead log want a file of their
    /// own beside it. Without a log nothing can change the file; with one, both are read from a copy.
    /// </summary>
    private static SqliteDatabase OpenReadOnlyCopy(string file, DatabaseSchema schema)
    {
        var log = new FileInfo(file + "-wal");
        DirectoryInfo? copy = null;
        try
        {
            if (log is not { Exists: true, Length: > 0 })
            {
                return OpenForReading($"file:{Uri.EscapeDataString(Path.GetFullPath(file))}?immutable=1", file, schema, copy);
            }

            copy = Directory.CreateTempSubdirectory("consortium-reading-");
            string copied = Path.Combine(copy.FullName, "state.db");
            File.Copy(file, copied);
            log.CopyTo(copied + "-wal");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(copied, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                File.SetUnixFileMode(copied + "-wal", UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            return OpenForReading(copied, file, schema, copy);
        }
        catch (Exception exception)
        {
            copy?.Delete(recursive: true);
            throw exception switch
            {
                SqliteException failure => Explain(file, failure),
                UnauthorizedAccessException => new StorageException(
                    StorageFault.Unavailable, $"{file}: {exception.Message}", exception),
                _ => exception is IOException failed ? StorageException.From(file, failed) : exception,
            };
        }
    }

    private static SqliteDatabase OpenForReading(string source, string file, DatabaseSchema schema, DirectoryInfo? copy)
    {
        SqliteConnection connection = Connection(source, SqliteOpenMode.ReadOnly);
        try
        {
            connection.Open();
            CheckOwner(connection, file, schema);
            CheckVersion(connection, file, schema);
            return new SqliteDatabase(
                connection, connection, FaultPoints.None, new SemaphoreSlim(1), isReader: true, isKept: false)
            {
                _copy = copy,
            };
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a database in memory, which lasts as long as <paramref name="connection"/>.</summary>
    /// <param name="turn">Lets one transaction at a time use the connection.</param>
    internal static SqliteDatabase OpenInMemory(
        SqliteConnection connection, SemaphoreSlim turn, DatabaseSchema schema, FaultPoint faults)
    {
        CheckOwner(connection, connection.DataSource, schema);
        var database = new SqliteDatabase(connection, connection, faults, turn, isReader: false, isKept: true);
        database.Migrate(schema);
        return database;
    }

    /// <summary>As the other, for a reader: nothing is migrated.</summary>
    internal static SqliteDatabase OpenInMemoryForReading(SqliteConnection connection, SemaphoreSlim turn, DatabaseSchema schema)
    {
        CheckOwner(connection, connection.DataSource, schema);
        CheckVersion(connection, connection.DataSource, schema);
        return new SqliteDatabase(connection, connection, FaultPoints.None, turn, isReader: true, isKept: true);
    }

    public override void Dispose()
    {
        if (!_isKept)
        {
            _reading.Dispose();
            _writing.Dispose();
            _copy?.Delete(recursive: true);
        }
    }

    internal StorageException Explain(SqliteException exception) => Explain(_writing.DataSource, exception);

    protected override StateTransaction BeginWrite() => _isReader
        ? throw new StorageException(
            StorageFault.Unavailable, $"{_writing.DataSource} was opened to read from: nothing in it is changed.")
        : Begin(_writing, deferred: false);

    protected override StateTransaction BeginRead() => Begin(_reading, deferred: true);

    private SqliteStateTransaction Begin(SqliteConnection connection, bool deferred)
    {
        try
        {
            return new SqliteStateTransaction(this, connection, connection.BeginTransaction(deferred));
        }
        catch (SqliteException exception)
        {
            throw Explain(exception);
        }
    }

    private static SqliteConnection Connection(string file, SqliteOpenMode mode = SqliteOpenMode.ReadWriteCreate) =>
        new(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = (int)BusyLimit.TotalSeconds,
        }.ToString());

    private static void Prepare(SqliteConnection connection, DatabaseSchema schema, bool syncs)
    {
        Pragma(connection, "journal_mode = WAL");
        Pragma(connection, syncs ? "synchronous = FULL" : "synchronous = OFF");
        Pragma(connection, "foreign_keys = ON");
        Pragma(connection, "cell_size_check = ON");
        Pragma(connection, schema.OverwritesDeleted ? "secure_delete = ON" : "secure_delete = OFF");
    }

    private static void CheckOwner(SqliteConnection connection, string file, DatabaseSchema schema)
    {
        long id = Pragma(connection, "application_id"), version = Pragma(connection, "user_version");
        bool isEmpty = Pragma(connection, "schema_version") == 0;
        if (!isEmpty && id != schema.ApplicationId)
        {
            throw new StorageException(
                StorageFault.NotOurs,
                $"{file} belongs to another program or another role (application id {id:x8}, not {schema.ApplicationId:x8}). "
                    + "Check which data folder this daemon was given.");
        }

        if (version > schema.Migrations.Count)
        {
            throw new StorageException(
                StorageFault.NotOurs,
                $"{file} has version {version}; this program knows versions up to {schema.Migrations.Count}. Run the newer "
                    + "program that wrote it.");
        }
    }

    private static void CheckVersion(SqliteConnection connection, string file, DatabaseSchema schema)
    {
        if (Pragma(connection, "user_version") is var version && version != schema.Migrations.Count)
        {
            throw new StorageException(
                StorageFault.NotOurs,
                $"{file} has version {version}; this program reads version {schema.Migrations.Count}. Start the newer daemon on "
                    + "it once.");
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
                $"{schema.Migrations[version]}; PRAGMA application_id = {schema.ApplicationId}; PRAGMA user_version = "
                    + $"{version + 1};");
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
        $"{file} is damaged ({verdict}). Nothing was changed. Check the disk, and restore the data folder from a backup; a key "
            + "holder must not go back to an older backup than its last approval.",
        exception);
}
