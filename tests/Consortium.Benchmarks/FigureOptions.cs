using System.Reflection;
using System.Text.Json.Nodes;

namespace Consortium.Benchmarks;

/// <summary>What a figures group was asked for; <paramref name="Only"/> is one part of it, for a group that has parts;
/// <paramref name="Rows"/> a size other than the usual one.</summary>
internal sealed record FigureOptions(string? DataFolder, bool Json, bool Save, string? Only, long? Rows = null)
{
    public static string ProcessorName() =>
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(
                line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
                ?? "unknown"
            : "unknown";

    private static string Sdk =>
        typeof(FigureOptions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "Sdk").Value
            ?? "unknown";

    /// <summary>
    /// Writes tests/Consortium.Benchmarks/results/GROUP.json with the processor and runtime it was measured on.
    /// </summary>
    public void SaveResult(string group, FigureReport report)
    {
        string folder = Path.Combine(RepositoryRoot(), "tests", "Consortium.Benchmarks", "results");
        Directory.CreateDirectory(folder);
        var result = new JsonObject
        {
            ["processor"] = ProcessorName(),
            ["logicalProcessors"] = Environment.ProcessorCount,
            ["sdk"] = Sdk,
            ["runtime"] = Environment.Version.ToString(),
            ["figures"] = JsonNode.Parse(report.ToJson()),
        };
        File.WriteAllText(Path.Combine(folder, group + ".json"), result.ToJsonString(new() { WriteIndented = true }) + "\n");
    }

    public static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Consortium.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException("Consortium.sln was not found above the benchmark's folder.");
    }
}
