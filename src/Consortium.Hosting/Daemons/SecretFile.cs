using System.Text;
using Consortium.Primitives;
using Microsoft.Win32.SafeHandles;

namespace Consortium.Hosting.Daemons;

/// <summary>Reads the first line of a secret from a file, or from a file descriptor that this process was given.</summary>
internal static class SecretFile
{
    private const int MaximumLength = 4096;

    /// <summary>Reads a file that nobody else can reach (<see cref="SecretFileAccess"/>).</summary>
    /// <param name="objection">Why the file is not used, or null.</param>
    /// <returns>Null when the file is not used, or empty.</returns>
    public static string? ReadLine(string path, out string? objection)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        objection = SecretFileAccess.Objection(file.SafeFileHandle, path);
        return objection is null ? ReadLine(file) : null;
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
