namespace Consortium.Deployment.Tests;

/// <summary>Where this repository's files are.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>A file or folder of <c>deploy</c>.</summary>
    public static string Deploy(params string[] path) => Path.Combine([Root, "deploy", .. path]);

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Consortium.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Consortium.sln is in no folder above this test.");
    }
}
