using System.Globalization;
using System.Text.RegularExpressions;

namespace Consortium.Architecture.Tests;

/// <summary>
/// Lines of code keep within the limit that .editorconfig sets. The text of a raw string may be longer, because breaking it
/// changes it.
/// </summary>
public sealed partial class LineLengthTests
{
    private static readonly int Limit = int.Parse(
        MaximumLength().Match(File.ReadAllText(Path.Combine(Repository.Root, ".editorconfig"))).Groups[1].Value,
        CultureInfo.InvariantCulture);

    private static readonly string[] Halves =
        [Path.Combine(Repository.Root, "src"), Path.Combine(Repository.Root, "tests")];

    public static TheoryData<string> Projects =>
        [.. Halves.SelectMany(half => Directory.GetFiles(half, "*.csproj", SearchOption.AllDirectories))
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void SourceFiles_Lines_KeepWithinTheLimit(string project)
    {
        string folder = Halves.Select(half => Path.Combine(half, project)).First(Directory.Exists);
        string[] tooLong =
        [
            .. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Where(
                    path => !path.Contains("/obj/", StringComparison.Ordinal)
                        && !path.Contains("/bin/", StringComparison.Ordinal))
                .SelectMany(
                    path => TooLong(File.ReadLines(path), Limit).Select(line => $"{Path.GetRelativePath(folder, path)}:{line}")),
        ];

        Assert.True(tooLong.Length == 0, $"Longer than {Limit}: {string.Join(", ", tooLong)}");
    }

    [Theory]
    [InlineData("12345678901", new[] { 1 })]
    [InlineData("1234567890", new int[0])]
    [InlineData("a\n\"\"\"\n12345678901\n\"\"\"\n12345678901", new[] { 5 })]
    [InlineData("f(\"\"\"12345678901\"\"\")\n12345678901", new[] { 2 })]
    public void TooLong_LinesOfCode_AreFoundAndRawStringsAreNot(string text, int[] expected) =>
        Assert.Equal(expected, TooLong(text.Split('\n'), 10));

    /// <summary>Numbers of the lines that are too long and not text of a raw string.</summary>
    private static IEnumerable<int> TooLong(IEnumerable<string> lines, int limit)
    {
        bool isRaw = false;
        foreach ((int index, string line) in lines.Index())
        {
            int quotes = RawQuotes().Count(line);
            if (line.Length > limit && !isRaw && quotes == 0)
            {
                yield return index + 1;
            }

            isRaw ^= quotes % 2 != 0;
        }
    }

    [GeneratedRegex(@"^max_line_length = (\d+)$", RegexOptions.Multiline)]
    private static partial Regex MaximumLength();

    [GeneratedRegex("\"{3,}")]
    private static partial Regex RawQuotes();
}
