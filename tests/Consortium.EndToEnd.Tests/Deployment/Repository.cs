namespace Consortium.EndToEnd.Tests.Deployment;

/// <summary>Where this repository's files are.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The built assembly of a source project, of the same configuration as this test.</summary>
    public static string Assembly(string project)
    {
        string[] output = AppContext.BaseDirectory.TrimEnd('/').Split('/')[^3..];
        return Path.Combine([Root, "src", project, .. output, project + ".dll"]);
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "docker-compose.yml")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("docker-compose.yml is in no folder above this test.");
    }
}
