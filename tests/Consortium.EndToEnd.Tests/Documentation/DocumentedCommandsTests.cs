using Consortium.EndToEnd.Tests.Deployment;
using Consortium.Testing;

namespace Consortium.EndToEnd.Tests.Documentation;

/// <summary>Every command that the documentation gives to copy is run, or is named here with the test that runs it.</summary>
public sealed class DocumentedCommandsTests
{
    private const string Root = "README.md";
    private const string Operators = "consortium-config/README.md";
    private const string CommandLine = "src/Consortium.Cli/README.md";

    /// <summary>Beginnings of commands that are not run here, and why not.</summary>
    private static readonly Dictionary<string, string> CoveredElsewhere = new()
    {
        ["bash tests/run.sh"] = "it is what runs this test",
        ["dotnet run -c Release --project src/Consortium.Cli -- demo"] = "the tests of the demo run it, and .ci/run",
        ["rabbitmqctl "] = "the demo's test over a broker logs in as such a user",
        ["dotnet run -c Release --project tests/Consortium.Benchmarks -- "] =
            "they measure for minutes; tests/Consortium.Benchmarks is built with the rest",
    };

    /// <summary>First words of commands that the tests below run.</summary>
    private static readonly HashSet<string> Run =
        [
            "consortium", "dotnet", "export", "for", "do", "done", "case", "cp", "mv", "rm", "ls", "head", "kill", "wait", "sudo",
            "source", "(set",
        ];

    /// <summary>
    /// Every page with commands; those beside the three above may only have commands that are covered elsewhere.
    /// </summary>
    public static TheoryData<string> Pages =>
    [
        .. ((string[])["src", "tests", "consortium-config"]).SelectMany(
            folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Repository.Root, "*.md"))
            .Select(file => Path.GetRelativePath(Repository.Root, file))
            .Where(
                name => !name.Contains("node_modules/", StringComparison.Ordinal)
                    && !name.Contains("/bin/", StringComparison.Ordinal)
                    && DocumentedPage.Read(name).Blocks.Count > 0)
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_Commands_AreOfAKnownKind(string name)
    {
        bool isRun = name is Root or Operators or CommandLine;
        string[] unknown =
        [
            .. DocumentedPage.Read(name).Blocks.SelectMany(block => block.Commands).Where(command => !IsCovered(command))
                .Where(
                    command => !isRun
                        || !Run.Contains(command.Split(' ')[0].TrimEnd(';'))
                        || (command.StartsWith("dotnet ", StringComparison.Ordinal) && !IsKnownDotnet(command))),
        ];

        Assert.True(unknown.Length == 0, $"{name} has commands that no test runs: {string.Join("; ", unknown)}");
    }

    [Theory]
    [InlineData(Operators)]
    [InlineData(CommandLine)]
    public async Task Page_FromTopToBottom_Succeeds(string name)
    {
        using var shell = new DocumentedShell();

        (int exitCode, string output) = await shell.RunAsync(Lines(name), TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, $"{name}: exit code {exitCode}\n{output}");
    }

    [Fact]
    public async Task RootPage_FromTopToBottom_EndsWithOneModelAtEveryBank()
    {
        Assert.SkipUnless(RabbitMqBroker.IsInstalled, "rabbitmq-server is not installed.");
        using var shell = new DocumentedShell(withBroker: true);
        (int exitCode, string output) = await shell.RunAsync(Lines(Root), TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, $"exit code {exitCode}\n{output}\n{shell.Logs("consortium-home")}");
        string[] models =
            [.. Directory.EnumerateFiles(
                Path.Combine(shell.Folder, "consortium-home"), "*.csmodel", SearchOption.AllDirectories)];
        Assert.Equal(5, models.Length);
        Assert.Single(models.Select(Path.GetFileName).Distinct());
    }

    private static IEnumerable<string> Lines(string page) =>
        DocumentedPage.Read(page).Blocks.SelectMany(block => block.Lines).Where(line => !IsCovered(line.Trim()));

    private static bool IsCovered(string command) =>
        CoveredElsewhere.Keys.Any(beginning => command.StartsWith(beginning, StringComparison.Ordinal));

    private static bool IsKnownDotnet(string command) =>
        command == "dotnet build -c Release"
            || command.StartsWith("dotnet run -c Release --project src/Consortium.Cli -- ", StringComparison.Ordinal);
}
