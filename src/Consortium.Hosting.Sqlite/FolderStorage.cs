using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Storage;

namespace Consortium.Hosting.Sqlite;

/// <summary>
/// A party's storage in one folder of one machine: state in SQLite, ciphertext in files. Whoever owns it holds a lock on the
/// folder.
/// </summary>
public sealed class FolderStorage(string folder) : IStorage
{
    /// <summary>The most that ciphertext may take on disk.</summary>
    public long MaximumBlobBytes { get; init; } = 64L << 30;

    /// <summary>
    /// Whether what is stored survives a power cut, which takes several syncs of the disk in every round. False is for a
    /// demonstration, whose folder is gone at its end anyway; a process that is killed loses nothing either way.
    /// </summary>
    public bool SurvivesPowerCut { get; init; } = true;

    private string DatabaseFile => Path.Combine(folder, "state.db");

    private string BlobFolder => Path.Combine(folder, "blobs");

    /// <summary>Where the setting <c>Data</c> says.</summary>
    public static FolderStorage FromSettings(DaemonSettings settings) =>
        new(settings.Required("Data", "the folder for this party's state"));

    public OpenStorage Open(DatabaseSchema schema, FaultPoint faults)
    {
        DataFolder owned = DataFolder.Open(folder);
        SqliteDatabase? database = null;
        try
        {
            database = SqliteDatabase.Open(DatabaseFile, schema, faults, SurvivesPowerCut);
            return new OpenStorage(database, FileBlobStore.Open(BlobFolder, MaximumBlobBytes, faults, SurvivesPowerCut), owned);
        }
        catch
        {
            database?.Dispose();
            owned.Dispose();
            throw;
        }
    }

    public OpenStorage OpenForReading(DatabaseSchema schema) => new(
        SqliteDatabase.OpenForReading(DatabaseFile, schema), FileBlobStore.OpenForReading(BlobFolder, FaultPoints.None),
        ownership: null);
}
