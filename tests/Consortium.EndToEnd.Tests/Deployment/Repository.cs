namespace Consortium.EndToEnd.Tests.Deployment;

/// <summary>Where this repository's files are.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The built command line, of the same configuration as this test.</summary>
    public static string CommandLine => Program("Consortium.Cli", "consortium");

    /// <summary>The built program of a role's daemon, of the same configuration as this test.</summary>
    /// <param name="role">As its project names it, such as <c>KeyHolder</c>.</param>
    /// <param name="file">Such as <c>consortium-key-holder.dll</c>.</param>
    public static string Daemon(string role, string file) =>
        Program($"Consortium.{role}.Daemon", Path.GetFileNameWithoutExtension(file));

    private static string Program(string project, string name)
    {
        string[] output = AppContext.BaseDirectory.TrimEnd('/').Split('/')[^3..];
        return Path.Combine([Root, "src", project, .. output, name + ".dll"]);
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
