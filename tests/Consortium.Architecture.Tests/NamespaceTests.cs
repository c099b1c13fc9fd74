using System.Text.RegularExpressions;

namespace Consortium.Architecture.Tests;

/// <summary>A source file's namespace is its folder.</summary>
public sealed partial class NamespaceTests
{
    public static TheoryData<string> SourceProjects => [.. Repository.SourceProjects];

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void SourceFiles_Namespaces_EqualFolders(string project)
    {
        string folder = Repository.SourceFolder(project);
        IEnumerable<string> violations = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Where(
                path => !path.StartsWith("obj/", StringComparison.Ordinal) && !path.StartsWith("bin/", StringComparison.Ordinal))
            .Select(path => Violation(project, path, File.ReadAllText(Path.Combine(folder, path))))
            .OfType<string>();
        Assert.Empty(violations);
    }

    [Theory]
    [InlineData("Ring/Modulus.cs", "namespace Consortium.Cryptography.Ring;", true)]
    [InlineData("Ring/Modulus.cs", "namespace Consortium.Cryptography.Arithmetic;", false)]
    [InlineData("Ring/Modulus.cs", "namespace Consortium.Cryptography.Ring\n{", false)]
    [InlineData("Ring/Modulus.cs", "public sealed class Modulus;", false)]
    [InlineData("Error.cs", "namespace Consortium.Cryptography;", true)]
    [InlineData("Program.cs", "return 0;", true)]
    public void Violation_NamespaceAndFolder_Differ(string path, string text, bool agrees) =>
        Assert.Equal(agrees, Violation("Consortium.Cryptography", path, text) is null);

    private static string? Violation(string project, string path, string text)
    {
        string expected = string.Join('.', [project, .. path.Split('/')[..^1]]);
        string[] found = [.. FileScopedNamespace().Matches(text).Select(match => match.Groups[1].Value)];
        bool isEntryPoint = path == "Program.cs" && found.Length == 0;
        return isEntryPoint || found is [string only] && only == expected
            ? null
            : $"{project}/{path}: expected namespace {expected}; found {(found.Length == 0 ? "none" : string.Join(", ", found))}";
    }

    [GeneratedRegex(@"^namespace\s+([\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex FileScopedNamespace();
}
