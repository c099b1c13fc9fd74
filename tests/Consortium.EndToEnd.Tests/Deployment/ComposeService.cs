namespace Consortium.EndToEnd.Tests.Deployment;

/// <summary>One service of docker-compose.yml.</summary>
internal sealed record ComposeService(
    IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<(string Source, string Target)> Volumes, string? Build)
{
    public static ComposeService Read(Dictionary<string, object?> service) => new(
        service.TryGetValue("command", out object? command) ? ComposeFile.Strings(command) : [],
        service.TryGetValue("environment", out object? environment)
            ? ComposeFile.Map(environment).ToDictionary(
                setting => setting.Key, setting => setting.Value as string ?? string.Empty)
            : new Dictionary<string, string>(),
        service.TryGetValue("volumes", out object? volumes)
            ? [.. ComposeFile.Strings(volumes).Select(volume => volume.Split(':')).Select(parts => (parts[0], parts[1]))]
            : [],
        service.GetValueOrDefault("build") as string);
}
