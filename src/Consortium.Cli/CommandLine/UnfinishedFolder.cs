using System.Security.Cryptography;
using Consortium.Primitives;

namespace Consortium.Cli.CommandLine;

/// <summary>
/// Where a folder's content is put together, inside that folder so that moving it is renaming. What is not finished disappears on
/// <see cref="Dispose"/>, and so does the folder itself if it was made for this.
/// </summary>
internal sealed class UnfinishedFolder : IDisposable
{
    private readonly string _target;
    private readonly bool _madeTarget;

    private UnfinishedFolder(string target, bool madeTarget, string path)
    {
        _target = target;
        _madeTarget = madeTarget;
        Path = path;
    }

    public string Path { get; }

    public static UnfinishedFolder For(string target)
    {
        bool make = !Directory.Exists(target);
        Directory.CreateDirectory(target);
        string path = System.IO.Path.Combine(
            target, $".unfinished-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}");
        DurableFile.CreateOwnersFolder(path);
        return new UnfinishedFolder(target, make, path);
    }

    /// <summary>Moves everything to its place.</summary>
    /// <param name="last">What is moved at the very end, where its presence says that the rest is there.</param>
    /// <exception cref="CommandException">Something of a name is there already; nothing was moved.</exception>
    public void Finish(string? last = null)
    {
        string[] names =
        [
            .. Directory.EnumerateFileSystemEntries(Path).Select(
                entry => System.IO.Path.GetFileName(entry)).OrderBy(name => name == last),
        ];
        if (names.FirstOrDefault(name => System.IO.Path.Exists(At(name))) is { } taken)
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"{At(taken)} is there already, and nothing is overwritten: use another folder, or move it away.");
        }

        foreach (string name in names)
        {
            Directory.Move(System.IO.Path.Combine(Path, name), At(name)); // files too
        }

        string At(string name) => System.IO.Path.Combine(_target, name);
    }

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        if (_madeTarget && !Directory.EnumerateFileSystemEntries(_target).Any())
        {
            Directory.Delete(_target);
        }
    }
}
