using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Consortium.Architecture.Tests;

/// <summary>
/// A package that restore resolved for a project, because its file names it or through another, with the licence that it
/// declares.
/// </summary>
internal sealed partial record RestoredPackage(string Project, string Name, string Version, string? Licence, bool IsDirect)
{
    /// <summary>All packages of all projects; analyzers and other packages of build time are among them.</summary>
    public static IReadOnlyList<RestoredPackage> ReadAll() => [.. Repository.RestoreRecords().SelectMany(Read)];

    private static IEnumerable<RestoredPackage> Read(string record)
    {
        using JsonDocument assets = JsonDocument.Parse(File.ReadAllBytes(record));
        JsonElement root = assets.RootElement;
        string project = root.GetProperty("project").GetProperty("restore").GetProperty("projectName").GetString()!;
        string[] folders = [.. root.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name)];
        HashSet<string> direct = [.. root.GetProperty("project").GetProperty("frameworks").EnumerateObject()
            .Where(framework => framework.Value.TryGetProperty("dependencies", out _))
            .SelectMany(
                framework => framework.Value.GetProperty("dependencies").EnumerateObject().Select(package => package.Name))];
        foreach (JsonProperty library in root.GetProperty("libraries").EnumerateObject())
        {
            if (library.Value.GetProperty("type").GetString() == "package")
            {
                string[] name = library.Name.Split('/');
                string folder = folders.Select(parent => Path.Combine(parent, library.Value.GetProperty("path").GetString()!))
                    .First(Directory.Exists);
                yield return new RestoredPackage(project, name[0], name[1], DeclaredLicence(folder), direct.Contains(name[0]));
            }
        }
    }

    /// <summary>The SPDX expression; for a licence given as a file or an address, what its text says it is.</summary>
    private static string? DeclaredLicence(string folder)
    {
        XElement metadata = XDocument.Load(Directory.GetFiles(folder, "*.nuspec").Single()).Root!.Elements()
            .Single(element => element.Name.LocalName == "metadata");
        XElement? licence = metadata.Elements().FirstOrDefault(element => element.Name.LocalName == "license");
        return licence?.Attribute("type")?.Value switch
        {
            "expression" => licence.Value,
            "file" => LicenceOfText(File.ReadAllText(Path.Combine(folder, licence.Value.Replace('\\', '/')))),
            _ => metadata.Elements().FirstOrDefault(element => element.Name.LocalName == "licenseUrl")?.Value,
        };
    }

    private static string? LicenceOfText(string text) =>
        MitGrant().IsMatch(text) ? "MIT" : ApacheTitle().IsMatch(text) ? "Apache-2.0" : null;

    [GeneratedRegex(@"Permission\s+is\s+hereby\s+granted,\s+free\s+of\s+charge,\s+to\s+any\s+person\s+obtaining\s+a\s+copy")]
    private static partial Regex MitGrant();

    [GeneratedRegex(@"Apache\s+License\s+Version\s+2\.0")]
    private static partial Regex ApacheTitle();
}
