namespace Consortium.Learning.Tests;

/// <summary>Finds the amlsim12 data set, or skips the test and says where it was looked for.</summary>
internal static class AmlSim12
{
    public const string Category = "AmlSim12";

    private const string Variable = "CONSORTIUM_DATA";

    public static string Payments => Find("amlsim12_high_Trans.csv.gz");

    public static string Patterns => Find("amlsim12_high_Patterns.txt.gz");

    public static string Accounts => Find("amlsim12_high_accounts.csv.gz");

    private static string Find(string file)
    {
        string[] folders =
        [
            .. Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? [folder] : Array.Empty<string>(),
            Path.Combine(RepositoryRoot(), "..", "shared", "data"),
        ];
        string[] candidates =
            [.. folders.SelectMany(folder => new[] { Path.Combine(folder, file), Path.Combine(folder, "amlsim12", file) })];
        string? found = candidates.FirstOrDefault(File.Exists);
        if (found is null)
        {
            Assert.Skip(
                $"{file} is missing; set {Variable} to its folder. Looked for "
                    + $"{string.Join(", ", candidates.Select(Path.GetFullPath))}.");
        }

        return found;
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Consortium.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Consortium.sln was not found above the test's folder.");
    }
}
