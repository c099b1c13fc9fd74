using System.Text.Json;

namespace Consortium.Cryptography.Tests.Vectors;

/// <summary>
/// Test vectors beside this source: named hex strings. With CONSORTIUM_WRITE_VECTORS=1 in the environment they are written anew,
/// as the README here says; otherwise they are only read.
/// </summary>
internal static class VectorFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Asserts that the recipe still gives what is checked in.</summary>
    public static void AssertMadeBy(string name, IReadOnlyDictionary<string, byte[]> recipe)
    {
        var made = recipe.ToDictionary(entry => entry.Key, entry => Convert.ToHexStringLower(entry.Value));
        if (Environment.GetEnvironmentVariable("CONSORTIUM_WRITE_VECTORS") == "1")
        {
            File.WriteAllText(PathOf(name), JsonSerializer.Serialize(made, Indented) + "\n");
        }

        Assert.Equal(ReadText(name), made);
    }

    public static IReadOnlyDictionary<string, byte[]> Read(string name) =>
        ReadText(name).ToDictionary(entry => entry.Key, entry => Convert.FromHexString(entry.Value));

    private static Dictionary<string, string> ReadText(string name) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(PathOf(name)))!;

    private static string PathOf(string name)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Consortium.sln")))
        {
            folder = folder.Parent;
        }

        Assert.NotNull(folder);
        return Path.Combine(folder.FullName, "tests", "Consortium.Cryptography.Tests", "Vectors", name);
    }
}
