using System.Text.RegularExpressions;

namespace Consortium.Deployment.Tests;

/// <summary>Every setting that a daemon reads, as its source asks for it.</summary>
internal static partial class DaemonSettingNames
{
    private static readonly string[] Projects =
    [
        "Hosting", "Hosting.RabbitMq", "Hosting.Sqlite", "Participant", "Aggregator", "KeyHolder", "Scoring",
    ];

    public static IReadOnlySet<string> All { get; } = Projects
        .SelectMany(project => Directory.EnumerateFiles(
            Path.Combine(Repository.Root, "src", $"Consortium.{project}"), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
        .SelectMany(file => Asked().Matches(File.ReadAllText(file)))
        .SelectMany(match => match.Groups["name"].Value is var name && match.Groups["secret"].Success
            ? (string[])[name, name + "File", name + "Descriptor"]
            : [name])
        .ToHashSet();

    [GeneratedRegex(@"settings(\[|\s*\.\s*(Required|Number|Flag|Endpoint|(?<secret>Secret))\(\s*)""(?<name>[A-Z]\w+)""")]
    private static partial Regex Asked();
}
