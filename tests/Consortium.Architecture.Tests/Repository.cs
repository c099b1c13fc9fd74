using System.Xml.Linq;

namespace Consortium.Architecture.Tests;

/// <summary>The repository that these tests were built from: its source projects and what they were built into.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Names of the projects under src, from their folders.</summary>
    public static IReadOnlyList<string> SourceProjects { get; } =
        [.. Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    public static string SourceFolder(string project) => Path.Combine(Root, "src", project);

    public static XDocument ProjectFile(string project) =>
        XDocument.Load(Path.Combine(SourceFolder(project), project + ".csproj"));

    /// <summary>The built assembly, of the same configuration and framework as this test project's own.</summary>
    public static string Assembly(string project)
    {
        string name = ProjectFile(project).Descendants("AssemblyName").SingleOrDefault()?.Value ?? project;
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd('/', '\\'));
        return Path.Combine(SourceFolder(project), "bin", framework.Parent!.Name, framework.Name, name + ".dll");
    }

    /// <summary>Restore's record of every project, tests included, of what was resolved and where it lies.</summary>
    public static IReadOnlyList<string> RestoreRecords() =>
        [.. new[] { "src", "tests" }
            .SelectMany(folder => Directory.GetDirectories(Path.Combine(Root, folder)))
            .Select(project => Path.Combine(project, "obj", "project.assets.json"))
            .Where(File.Exists)];

    /// <summary>The projects that a project is compiled against. What is only built before it is not one of them.</summary>
    public static IEnumerable<string> ReferencesOf(string project) => ProjectFile(project).Descendants("ProjectReference")
        .Where(reference => reference.Attribute("ReferenceOutputAssembly")?.Value != "false")
        .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

    /// <summary>Whether a project is a program, not a library.</summary>
    public static bool IsProgram(string project) =>
        ProjectFile(project).Descendants("OutputType").Any(type => type.Value == "Exe");

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Consortium.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Consortium.sln was not found above the tests' folder.");
    }
}
