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
        ["dotnet run -c Release --project tests/Consortium.Benchmarks -- "] = "they measure for minutes; tests/Consortium.Benchmarks is built with the rest",
    };

    /// <summary>First words of commands that the tests below run.</summary>
    private static readonly HashSet<string> Run =
        ["Consortium.Cli", "dotnet", "export", "for", "do", "done", "case", "cp", "mv", "rm", "ls", "kill", "wait", "sudo", "source", "(set"];

    public static TheoryData<string> Pages => [Root, Operators, CommandLine];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_Commands_AreOfAKnownKind(string name)
    {
        string[] unknown =
        [
            .. DocumentedPage.Read(name).Blocks.SelectMany(block => block.Commands).Where(command => !IsCovered(command))
                .Where(command => !Run.Contains(command.Split(' ')[0].TrimEnd(';')) || (command.StartsWith("dotnet ", StringComparison.Ordinal) && !IsKnownDotnet(command))),
        ];

        Assert.True(unknown.Length == 0, $"{name} has commands that no test runs: {string.Join("; ", unknown)}");
    }

    [Theory]
    [InlineData(Operators)]
    [InlineData(CommandLine)]
    public async Task Page_FromTopToBottom_Succeeds(string name)
    {
        using var shell = new DocumentedShell();

        (int exitCode, string output) = await shell.RunAsync(
            DocumentedPage.Read(name).Blocks.SelectMany(block => block.Lines).Where(line => !IsCovered(line.Trim())), TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, $"{name}: exit code {exitCode}\n{output}");
    }

    [Fact]
    public async Task RootPage_FiveBanksAsProcesses_EndsWithOneModelAtEveryBank()
    {
        Assert.SkipUnless(RabbitMqBroker.IsInstalled, "rabbitmq-server is not installed.");
        using var shell = new DocumentedShell(withBroker: true);
        string[] lines = [.. DocumentedPage.Read(Root).Blocks.Where(block => block.Heading == "Run five banks as separate processes").SelectMany(block => block.Lines)];

        (int exitCode, string output) = await shell.RunAsync(lines, TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, $"exit code {exitCode}\n{output}\n{shell.Logs("consortium-home")}");
        string[] models = [.. Directory.EnumerateFiles(Path.Combine(shell.Folder, "consortium-home"), "*.csmodel", SearchOption.AllDirectories)];
        Assert.Equal(5, models.Length);
        Assert.Single(models.Select(Path.GetFileName).Distinct());
    }

    private static bool IsCovered(string command) => CoveredElsewhere.Keys.Any(beginning => command.StartsWith(beginning, StringComparison.Ordinal));

    private static bool IsKnownDotnet(string command) =>
        command == "dotnet build -c Release" || command.StartsWith("dotnet run -c Release --project src/Consortium.Cli -- ", StringComparison.Ordinal);
}
