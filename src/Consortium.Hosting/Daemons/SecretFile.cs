using System.Text;
using Consortium.Primitives;
using Microsoft.Win32.SafeHandles;

namespace Consortium.Hosting.Daemons;

/// <summary>Reads the first line of a secret from a file, or from a file descriptor that this process was given.</summary>
internal static class SecretFile
{
    private const int MaximumLength = 4096;

    /// <summary>
    /// Read-only for its owner and a group, as Kubernetes mounts secrets for a pod's group: nobody can write it, and others
    /// cannot read it.
    /// </summary>
    private const UnixFileMode ForAGroup = UnixFileMode.UserRead | UnixFileMode.GroupRead;

    /// <returns>
    /// Why the file is not used, or null: others than its owner, and a group that may only read it, can do something with it.
    /// </returns>
    public static string? Objection(string path)
    {
        string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        return DurableFile.IsExposed(target, out UnixFileMode mode) && mode != ForAGroup
            ? $"Others can reach {path} (mode {Convert.ToString((int)mode, 8)}): chmod 600, or 440 for a group that holds this "
                + "daemon alone."
            : null;
    }

    public static string? ReadLine(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return ReadLine(file);
    }

    /// <summary>Reads to the end of a pipe or file that the parent process opened, and closes it.</summary>
    public static string? ReadLine(int descriptor)
    {
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        using var file = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        return ReadLine(file);
    }

    private static string? ReadLine(FileStream file)
    {
        byte[] bytes = new byte[MaximumLength];
        int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        string text = Encoding.UTF8.GetString(bytes, 0, length);
        Array.Clear(bytes);
        int end = text.IndexOfAny(['\r', '\n']);
        return (end < 0 ? text : text[..end]) is { Length: > 0 } line ? line : null;
    }
}
