using System.Security.Cryptography;
using Consortium.Learning.Payments;
using Consortium.Primitives;

namespace Consortium.Participant.Data;

/// <summary>The bank's folder of payments, or its one file, as it is on the disk now.</summary>
/// <param name="path">A folder, or a file.</param>
internal sealed class PaymentSpool(string path)
{
    private bool IsFolder => Directory.Exists(path);

    /// <summary>Names of the files that hold payments, in order, and those skipped by name.</summary>
    public PaymentFolder List() =>
        IsFolder ? PaymentFolder.Read(path)
        : new PaymentFolder { Files = File.Exists(path) ? [Path.GetFileName(path)] : [], Skipped = [] };

    public string PathOf(string name) => IsFolder ? Path.Combine(path, name) : path;

    /// <summary>Length and time of writing, which change when the file does; null when it is gone.</summary>
    public (long Length, long Written)? StampOf(string name)
    {
        var file = new FileInfo(PathOf(name));
        return file.Exists ? (file.Length, file.LastWriteTimeUtc.Ticks) : null;
    }

    public Digest DigestOf(string name)
    {
        using var file = new FileStream(
            PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16,
            FileOptions.SequentialScan);
        return new Digest(SHA256.HashData(file));
    }
}
