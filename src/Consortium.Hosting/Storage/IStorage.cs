using Consortium.Hosting.Faults;

namespace Consortium.Hosting.Storage;

/// <summary>
/// Where one party keeps what it must not lose. It has one owner at a time; others may read beside it. What every storage must
/// hold is one suite of tests, <c>StorageSuite</c>.
/// </summary>
public interface IStorage
{
    /// <summary>Takes the storage, creating it if need be, checks it, and brings it to the schema's version.</summary>
    /// <exception cref="StorageException">It has an owner, is damaged, another role's, or of a newer version.</exception>
    OpenStorage Open(DatabaseSchema schema, FaultPoint faults);

    /// <summary>Opens it to read from, whether it has an owner or not. Nothing in it is changed.</summary>
    /// <exception cref="StorageException">It is not there, another role's, of another version, or cannot be read.</exception>
    OpenStorage OpenForReading(DatabaseSchema schema);
}
