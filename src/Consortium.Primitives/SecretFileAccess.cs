using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Consortium.Primitives;

/// <summary>
/// Who can reach a file that holds a secret. Safe is a file that others cannot touch, whose owner is this process's user or root,
/// and that a group can at most read, and only a group of this process: so Kubernetes mounts secrets for a pod's
/// <c>fsGroup</c>, root's and of mode 440 behind a link.
/// </summary>
public static class SecretFileAccess
{
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
    private const uint Root = 0;

    /// <returns>Why the file is not to be used, with the command that mends it; null when it is safe.</returns>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not read it.</exception>
    public static string? Objection(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        return Objection(file, path);
    }

    /// <summary>The same of a file that is open, so that none is swapped in between.</summary>
    /// <param name="mayGroupWrite">
    /// Whether a group of this process may write it too, as Kubernetes sets files on a volume of a pod with <c>fsGroup</c>.
    /// </param>
    public static string? Objection(SafeFileHandle file, string path, bool mayGroupWrite = false) => OperatingSystem.IsWindows()
        ? null
        : Objection(path, File.GetUnixFileMode(file), FindOwner(file), Caller(), mayGroupWrite);

    /// <param name="owner">Null where the operating system does not tell.</param>
    internal static string? Objection(
        string path, UnixFileMode mode, (uint User, uint Group)? owner, (uint User, IReadOnlyCollection<uint> Groups) caller,
        bool mayGroupWrite = false)
    {
        string shown = Convert.ToString((int)mode, 8);
        if ((mode & Others) != 0)
        {
            return $"Everyone on this machine can reach {path} (mode {shown}): chmod 600 {path}, or 440 for a group of this "
                + "process.";
        }

        if ((mode & Group & ~UnixFileMode.GroupRead) != 0 && !mayGroupWrite)
        {
            return $"A group can write or execute {path} (mode {shown}): chmod 600 {path}, or 440 for a group of this "
                + "process.";
        }

        if (owner is not var (user, group))
        {
            return (mode & Group) == 0
                ? null
                : $"A group can reach {path} (mode {shown}), and this system does not tell which: chmod 600 {path}.";
        }

        if (user != Root && user != caller.User && caller.User != Root)
        {
            return $"{path} belongs to user {user}, who can replace it, and not to user {caller.User}, who reads it, or root: "
                + $"chown {caller.User}.";
        }

        // systemd hands over credentials of root's own group, whose access list names the one user
        return (mode & Group) == 0 || caller.Groups.Contains(group) || (user, group) == (Root, Root)
            ? null
            : $"Group {group} can reach {path} (mode {shown}) and is none of this process's groups "
                + $"({string.Join(", ", caller.Groups.Order())}): chmod 600 {path}, or give it one of these; in "
                + "Kubernetes set fsGroup.";
    }

    private static (uint User, uint Group)? FindOwner(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        const int EmptyPath = 0x1000;
        const uint UserAndGroup = 0x08 | 0x10;
        byte[] found = new byte[256]; // struct statx: the same on every architecture
        bool held = false;
        try
        {
            file.DangerousAddRef(ref held);
            return Statx(file.DangerousGetHandle().ToInt32(), [0], EmptyPath, UserAndGroup, found) != 0
                || (BinaryPrimitives.ReadUInt32LittleEndian(found) & UserAndGroup) != UserAndGroup
                    ? null
                    : (BinaryPrimitives.ReadUInt32LittleEndian(found.AsSpan(20)),
                        BinaryPrimitives.ReadUInt32LittleEndian(found.AsSpan(24)));
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
        finally
        {
            if (held)
            {
                file.DangerousRelease();
            }
        }
    }

    private static (uint User, IReadOnlyCollection<uint> Groups) Caller()
    {
        var groups = new HashSet<uint> { EffectiveGroup() };
        uint[] others = new uint[Math.Max(0, Groups(0, null))];
        groups.UnionWith(others.Take(others.Length == 0 ? 0 : Groups(others.Length, others)));
        return (EffectiveUser(), groups);
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, byte[] path, int flags, uint mask, [In, Out] byte[] found);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();

    [DllImport("libc", EntryPoint = "getegid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveGroup();

    [DllImport("libc", EntryPoint = "getgroups")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Groups(int length, [In, Out] uint[]? groups);
}
