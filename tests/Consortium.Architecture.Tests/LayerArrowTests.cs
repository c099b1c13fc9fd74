namespace Consortium.Architecture.Tests;

/// <summary>Inside these projects a folder is a layer, and each layer names only the ones below it.</summary>
public sealed class LayerArrowTests
{
    private const string Cryptography = "Consortium.Cryptography";
    private const string Learning = "Consortium.Learning";
    private const string Hosting = "Consortium.Hosting";

    // What is common to all layers (the error for malformed bytes) stands in the root and names none of them.
    private static readonly Dictionary<string, Arrows> Layers = new()
    {
        [Cryptography] = Table(Cryptography, new()
        {
            ["Arithmetic"] = [],
            ["Ring"] = ["Arithmetic"],
            ["Sampling"] = ["Arithmetic", "Ring"],
            ["Encryption"] = ["Arithmetic", "Ring", "Sampling"],
            ["Sharing"] = ["Arithmetic"],
            ["Identity"] = [],
            ["Proofs"] = ["Arithmetic", "Ring", "Sampling", "Encryption", "Sharing"],
        }),
        [Learning] = Table(Learning, new()
        {
            ["Payments"] = [],
            ["Features"] = ["Payments"],
            ["Binning"] = ["Payments", "Features"],
            ["Evaluation"] = ["Payments"],
            ["Models"] = ["Payments", "Features", "Binning", "Evaluation", "Families"],
            ["Families"] = ["Payments", "Features", "Binning", "Evaluation", "Models"],
            ["Reasons"] = ["Features", "Binning", "Models"],
            ["Simulation"] = ["Payments"],
        }),
        [Hosting] = Table(Hosting, new()
        {
            ["Audit"] = [],
            ["Faults"] = [],
            ["Resilience"] = [],
            ["Telemetry"] = [],
            ["Health"] = ["Telemetry"],
            ["Storage"] = ["Faults", "Telemetry"],
            ["Bus"] = ["Faults", "Resilience", "Telemetry"],
            ["Journal"] = ["Faults", "Resilience", "Telemetry", "Storage", "Bus"],
            ["Daemons"] = ["Audit", "Faults", "Resilience", "Telemetry", "Health", "Storage", "Bus", "Journal"],
        }),
    };

    [Theory]
    [InlineData(Cryptography)]
    [InlineData(Learning)]
    [InlineData(Hosting)]
    public void Assembly_TypesNamedInSignaturesAndBodies_FollowTheLayers(string project)
    {
        using var assembly = new AssemblyReader(Repository.Assembly(project));
        Assert.Empty(Layers[project].Violations(assembly.TypeReferences()
            .Where(reference => IsIn(project, reference.FromNamespace) && IsIn(project, reference.ToNamespace))
            .Select(reference => (LayerOf(project, reference.FromNamespace), LayerOf(project, reference.ToNamespace)))));
    }

    [Theory]
    [InlineData(Cryptography)]
    [InlineData(Learning)]
    [InlineData(Hosting)]
    public void Assembly_EveryNamespace_IsALayer(string project)
    {
        using var assembly = new AssemblyReader(Repository.Assembly(project));
        Assert.Empty(assembly.DefinedTypes()
            .Where(name => name.StartsWith(project + ".", StringComparison.Ordinal))
            .Select(name => LayerOf(project, name[..name.LastIndexOf('.')]))
            .Where(layer => !Layers[project].Knows(layer)).Distinct());
    }

    [Theory]
    [InlineData(Cryptography, "Arithmetic", "Ring")]
    [InlineData(Cryptography, "Ring", "Encryption")]
    [InlineData(Cryptography, "Encryption", "Proofs")]
    [InlineData(Cryptography, "Sharing", "Encryption")]
    [InlineData(Cryptography, "Identity", "Arithmetic")]
    [InlineData(Learning, "Payments", "Features")]
    [InlineData(Learning, "Models", "Simulation")]
    public void Violations_LayerNamesOneAboveOrBeside_IsNamed(string project, string from, string to) =>
        Assert.Equal(
            [$"{project}.{from} must not import {project}.{to}"],
            Layers[project].Violations([($"{project}.{from}", project), ($"{project}.{from}", $"{project}.{to}")]));

    private static Arrows Table(string root, Dictionary<string, string[]> layers) => new(layers
        .ToDictionary(layer => $"{root}.{layer.Key}", layer => (string[])[root, .. layer.Value.Select(below => $"{root}.{below}")])
        .Append(new(root, []))
        .ToDictionary());

    /// <summary>The root, or the folder right under it: folders within a layer belong to the layer.</summary>
    private static string LayerOf(string project, string space) =>
        space == project ? project : $"{project}.{space[(project.Length + 1)..].Split('.')[0]}";

    private static bool IsIn(string project, string space) =>
        space == project || space.StartsWith(project + ".", StringComparison.Ordinal);
}
