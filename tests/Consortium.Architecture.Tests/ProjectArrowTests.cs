namespace Consortium.Architecture.Tests;

/// <summary>Imports between projects point one way, in the project files and in what was built from them.</summary>
public sealed class ProjectArrowTests
{
    private static readonly Arrows Projects = new(new Dictionary<string, string[]>
    {
        ["Consortium.Cryptography"] = [],
        ["Consortium.Learning"] = [],
        ["Consortium.Protocol"] = ["Consortium.Cryptography"],
        ["Consortium.Hosting"] = ["Consortium.Cryptography", "Consortium.Protocol"],
        ["Consortium.Participant"] =
            ["Consortium.Cryptography", "Consortium.Protocol", "Consortium.Hosting", "Consortium.Learning"],
        ["Consortium.Aggregator"] = ["Consortium.Cryptography", "Consortium.Protocol", "Consortium.Hosting"],
        ["Consortium.KeyHolder"] = ["Consortium.Cryptography", "Consortium.Protocol", "Consortium.Hosting"],
        // The one-process demo hosts the three roles through their composition roots.
        ["Consortium.Cli"] =
        [
            "Consortium.Cryptography", "Consortium.Protocol", "Consortium.Hosting", "Consortium.Learning",
            "Consortium.Participant", "Consortium.Aggregator", "Consortium.KeyHolder",
        ],
    });

    public static TheoryData<string> SourceProjects => [.. Repository.SourceProjects];

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void ProjectFile_References_FollowTheArrows(string project)
    {
        Assert.True(Projects.Knows(project), $"{project} has no arrows: say in this table what it may import.");
        Assert.Empty(Projects.Violations(Repository.ProjectFile(project).Descendants("ProjectReference")
            .Select(reference => (project, Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))))));
    }

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void BuiltAssembly_References_FollowTheArrows(string project)
    {
        using var assembly = new AssemblyReader(Repository.Assembly(project));
        Assert.Empty(Projects.Violations(assembly.Assemblies()
            .Where(name => name.StartsWith("Consortium.", StringComparison.Ordinal))
            .Select(name => (project, name))));
    }

    [Theory]
    [InlineData("Consortium.Cryptography", "Consortium.Protocol")]
    [InlineData("Consortium.Aggregator", "Consortium.Participant")]
    [InlineData("Consortium.Aggregator", "Consortium.Learning")]
    [InlineData("Consortium.Learning", "Consortium.Unheard")]
    [InlineData("Consortium.Unheard", "Consortium.Learning")]
    public void Violations_ArrowTheWrongWay_IsNamed(string from, string to) =>
        Assert.Equal([$"{from} must not import {to}"], Projects.Violations([("Consortium.Cli", "Consortium.Learning"), (from, to)]));
}
