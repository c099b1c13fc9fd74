namespace Consortium.Hosting.Storage;

/// <summary>Why storage failed, as far as an operator can do something about it.</summary>
public enum StorageFault
{
    /// <summary>The disk, or the quota on it, is full.</summary>
    DiskFull,

    /// <summary>The store's own limit is reached.</summary>
    QuotaExceeded,

    /// <summary>Bytes on disk are not what was written.</summary>
    Corrupt,

    /// <summary>Something that was stored is not there.</summary>
    Missing,

    /// <summary>Written by another program, or by a newer version of this one.</summary>
    NotOurs,

    /// <summary>Another process has it.</summary>
    InUse,

    /// <summary>The operating system or the disk rejected.</summary>
    Unavailable,
}
