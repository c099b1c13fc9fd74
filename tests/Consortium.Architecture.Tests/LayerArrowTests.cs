namespace Consortium.Architecture.Tests;

/// <summary>Inside a project a folder is a layer, and each layer names only the ones below it.</summary>
public sealed class LayerArrowTests
{
    public static TheoryData<string> SourceProjects => [.. Repository.SourceProjects];

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void Assembly_TypesNamedInSignaturesAndBodies_FollowTheLayers(string project)
    {
        using var assembly = new AssemblyReader(Repository.Assembly(project));
        Assert.Empty(ArrowsOf(project).Violations(assembly.TypeReferences()
            .Where(reference => IsIn(project, reference.FromNamespace) && IsIn(project, reference.ToNamespace))
            .Select(reference => (LayerOf(project, reference.FromNamespace), LayerOf(project, reference.ToNamespace)))));
    }

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void Assembly_EveryNamespace_IsALayer(string project)
    {
        using var assembly = new AssemblyReader(Repository.Assembly(project));
        Arrows arrows = ArrowsOf(project);
        Assert.Empty(assembly.DefinedTypes()
            .Where(name => name.StartsWith(project + ".", StringComparison.Ordinal))
            .Select(name => LayerOf(project, name[..name.LastIndexOf('.')]))
            .Where(layer => !arrows.Knows(layer)).Distinct());
    }

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void Table_Folders_ImportNoneInACircle(string project)
    {
        Dictionary<string, string[]> allowed = TableOf(project);
        Assert.Empty(allowed.Keys.Select(folder => Circle(folder, allowed)).Where(circle => circle.Length > 1)
            .Select(circle => string.Join(", ", circle.Order(StringComparer.Ordinal))).Distinct());
    }

    [Theory]
    [InlineData("Consortium.Cryptography", "Arithmetic", "Ring")]
    [InlineData("Consortium.Cryptography", "Ring", "Encryption")]
    [InlineData("Consortium.Cryptography", "Sharing", "Encryption")]
    [InlineData("Consortium.Cryptography", "Identity", "Arithmetic")]
    [InlineData("Consortium.Learning", "Payments", "Features")]
    [InlineData("Consortium.Learning", "Models", "Simulation")]
    [InlineData("Consortium.Operator", "Sessions", "Journal")]
    [InlineData("Consortium.Cli", "CommandLine", "Enrolment")]
    public void Violations_LayerNamesOneAboveOrBeside_IsNamed(string project, string from, string to) =>
        Assert.Equal(
            [$"{project}.{from} must not import {project}.{to}"],
            ArrowsOf(project).Violations([($"{project}.{from}", $"{project}.{from}"), ($"{project}.{from}", $"{project}.{to}")]));

    private static Arrows ArrowsOf(string project) => new(TableOf(project).ToDictionary(
        layer => Full(project, layer.Key), layer => (string[])[.. layer.Value.Select(below => Full(project, below))]));

    /// <summary>A project's table. A root that it does not list imports no folder, and every folder may import it.</summary>
    private static Dictionary<string, string[]> TableOf(string project)
    {
        Assert.True(
            FolderArrows.Tables.ContainsKey(project),
            $"{project} has no table: say in FolderArrows what its folders may import.");
        IReadOnlyDictionary<string, string[]> table = FolderArrows.Tables[project];
        return table.ContainsKey(FolderArrows.Root)
            ? table.ToDictionary()
            : table.ToDictionary(layer => layer.Key, layer => (string[])[FolderArrows.Root, .. layer.Value])
                .Append(new(FolderArrows.Root, [])).ToDictionary();
    }

    /// <summary>The folders that a folder imports, however far, and that import it.</summary>
    private static string[] Circle(string folder, Dictionary<string, string[]> allowed) =>
        [.. Below(folder, allowed).Where(other => Below(other, allowed).Contains(folder)).Append(folder).Distinct()];

    private static HashSet<string> Below(string folder, Dictionary<string, string[]> allowed)
    {
        var found = new HashSet<string>();
        var next = new Stack<string>(allowed[folder]);
        while (next.TryPop(out string? below))
        {
            if (found.Add(below))
            {
                Array.ForEach(allowed[below], next.Push);
            }
        }

        return found;
    }

    private static string Full(string project, string folder) => folder == FolderArrows.Root ? project : $"{project}.{folder}";

    /// <summary>The root, or the folder right under it: folders within a layer belong to the layer.</summary>
    private static string LayerOf(string project, string space) =>
        space == project ? project : $"{project}.{space[(project.Length + 1)..].Split('.')[0]}";

    private static bool IsIn(string project, string space) =>
        space == project || space.StartsWith(project + ".", StringComparison.Ordinal);
}
