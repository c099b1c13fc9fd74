using System.CommandLine;

namespace Consortium.Cli.CommandLine;

/// <summary>Options that mean the same wherever they appear.</summary>
internal static class CommonOptions
{
    /// <summary>On every command.</summary>
    public static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Show stack traces and what goes on behind",
        Recursive = true,
    };

    /// <summary>On every command that reads.</summary>
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print one JSON object on standard output, for scripts",
    };

    /// <summary>
    /// On every command that works in a consortium's folder: consortium.json and a folder for each party that lives here.
    /// </summary>
    public static readonly Option<DirectoryInfo> Folder = new("--folder", "-C")
    {
        Description = "The consortium's folder: consortium.json, and PARTY/identity of each party that lives on this machine",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo(
            Environment.GetEnvironmentVariable("CONSORTIUM_FOLDER") is { Length: > 0 } folder ? folder : "."),
    };
}
