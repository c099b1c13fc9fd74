using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Consortium.EndToEnd.Tests.Deployment;

/// <summary>
/// docker-compose.yml as far as these tests need it: which process each service is, with what settings and volumes.
/// </summary>
internal sealed partial class ComposeFile
{
    private ComposeFile(IReadOnlyDictionary<string, ComposeService> services, IReadOnlySet<string> volumes)
    {
        Services = services;
        Volumes = volumes;
    }

    public IReadOnlyDictionary<string, ComposeService> Services { get; }

    /// <summary>Volumes that the file declares.</summary>
    public IReadOnlySet<string> Volumes { get; }

    /// <param name="variables">What <c>${NAME:-default}</c> stands for.</param>
    public static ComposeFile Read(string path, IReadOnlyDictionary<string, string> variables)
    {
        string yaml = Variable().Replace(
            File.ReadAllText(path),
            match => variables.TryGetValue(match.Groups["name"].Value, out string? value)
                ? value
                : match.Groups["default"].Value);
        var root = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object?>>(
            new MergingParser(new Parser(new StringReader(yaml))));
        return new ComposeFile(
            Map(root["services"]).ToDictionary(service => service.Key, service => ComposeService.Read(Map(service.Value))),
            Map(root["volumes"]).Keys.ToHashSet());
    }

    internal static Dictionary<string, object?> Map(object? node) =>
        ((Dictionary<object, object?>)node!).ToDictionary(entry => (string)entry.Key, entry => entry.Value);

    internal static IReadOnlyList<string> Strings(object? node) => [.. ((List<object>)node!).Cast<string>()];

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+):-(?<default>[^}]*)\}")]
    private static partial Regex Variable();
}
