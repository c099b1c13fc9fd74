namespace Consortium.Architecture.Tests;

/// <summary>Inside Cryptography a folder is a layer, and each layer names only the ones below it.</summary>
public sealed class LayerArrowTests
{
    private const string Root = "Consortium.Cryptography";

    // What is common to all layers (the error for malformed bytes) stands in the root and names none of them.
    private static readonly Arrows Layers = new(new Dictionary<string, string[]>
    {
        [Root] = [],
        [Root + ".Arithmetic"] = [Root],
        [Root + ".Ring"] = [Root, Root + ".Arithmetic"],
        [Root + ".Sampling"] = [Root, Root + ".Arithmetic", Root + ".Ring"],
        [Root + ".Encryption"] = [Root, Root + ".Arithmetic", Root + ".Ring", Root + ".Sampling"],
        [Root + ".Seal"] = [Root, Root + ".Arithmetic", Root + ".Ring", Root + ".Sampling", Root + ".Encryption"],
        [Root + ".Sharing"] = [Root],
        [Root + ".Identity"] = [Root],
    });

    [Fact]
    public void Cryptography_TypesNamedInSignaturesAndBodies_FollowTheLayers()
    {
        using var assembly = new AssemblyReader(Repository.Assembly(Root));
        Assert.Empty(Layers.Violations(Edges(assembly)));
    }

    [Fact]
    public void Cryptography_EveryNamespace_IsALayer()
    {
        using var assembly = new AssemblyReader(Repository.Assembly(Root));
        Assert.Empty(assembly.DefinedTypes()
            .Where(name => name.StartsWith(Root + ".", StringComparison.Ordinal))
            .Select(name => name[..name.LastIndexOf('.')])
            .Where(space => !Layers.Knows(space)).Distinct());
    }

    [Theory]
    [InlineData("Arithmetic", "Ring")]
    [InlineData("Ring", "Encryption")]
    [InlineData("Encryption", "Seal")]
    [InlineData("Sharing", "Encryption")]
    [InlineData("Identity", "Arithmetic")]
    public void Violations_LayerNamesOneAboveOrBeside_IsNamed(string from, string to) =>
        Assert.Equal(
            [$"{Root}.{from} must not import {Root}.{to}"],
            Layers.Violations([(Root + ".Seal", Root + ".Ring"), ($"{Root}.{from}", $"{Root}.{to}")]));

    private static IEnumerable<(string From, string To)> Edges(AssemblyReader assembly) =>
        assembly.TypeReferences()
            .Select(reference => (From: reference.FromNamespace, To: reference.ToNamespace))
            .Where(edge => IsOurs(edge.From) && IsOurs(edge.To));

    private static bool IsOurs(string space) => space == Root || space.StartsWith(Root + ".", StringComparison.Ordinal);
}
