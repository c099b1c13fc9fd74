namespace Consortium.Architecture.Tests;

/// <summary>Imports between projects point one way, in the project files and in what was built from them.</summary>
public sealed class ProjectArrowTests
{
    private const string Primitives = "Consortium.Primitives";
    private const string Cryptography = "Consortium.Cryptography";
    private const string Privacy = "Consortium.Privacy";
    private const string Learning = "Consortium.Learning";
    private const string Protocol = "Consortium.Protocol";
    private const string Workloads = "Consortium.Workloads";
    private const string RabbitMq = "Consortium.Hosting.RabbitMq";
    private const string Sqlite = "Consortium.Hosting.Sqlite";
    private const string InMemory = "Consortium.Hosting.InMemory";
    private const string Hosting = "Consortium.Hosting";
    private const string Participant = "Consortium.Participant";
    private const string Aggregator = "Consortium.Aggregator";
    private const string KeyHolder = "Consortium.KeyHolder";
    private const string Auditing = "Consortium.Auditing";
    private const string Operator = "Consortium.Operator";
    private const string Scoring = "Consortium.Scoring";
    private const string Daemon = ".Daemon";

    private static readonly Arrows Projects = new(new Dictionary<string, string[]>
    {
        [Primitives] = [],
        [Cryptography] = [Primitives],
        [Privacy] = [],
        [Learning] = [Primitives, Privacy],
        [Protocol] = [Primitives, Cryptography, Privacy],
        [Workloads] = [Primitives, Cryptography, Privacy, Protocol, Learning],
        [Hosting] = [Primitives, Cryptography, Privacy, Protocol],
        [Participant] = [Primitives, Cryptography, Privacy, Protocol, Hosting, Learning, Workloads],
        [Auditing] = [Primitives, Cryptography, Protocol],
        // its journal is one file that several programs open at once
        [Operator] = [Primitives, Cryptography, Protocol, Hosting, Sqlite, Workloads],
        [Aggregator] = [Primitives, Cryptography, Protocol, Hosting, Auditing],
        [KeyHolder] = [Primitives, Cryptography, Privacy, Protocol, Hosting],
        [Scoring] = [Primitives, Cryptography, Protocol, Hosting, Learning],
        [Scoring + ".Client"] = [Primitives, Cryptography, Protocol, Learning],
        [Scoring + Daemon] = [Protocol, Hosting, Sqlite, Scoring],
        [RabbitMq] = [Primitives, Protocol, Hosting],
        [Sqlite] = [Primitives, Protocol, Hosting],
        [InMemory] = [Primitives, Protocol, Hosting, Sqlite], // the port's SQL needs an engine in memory, too
        [Participant + Daemon] = [Protocol, Hosting, RabbitMq, Sqlite, Participant],
        [Aggregator + Daemon] = [Protocol, Hosting, RabbitMq, Sqlite, Aggregator],
        [KeyHolder + Daemon] = [Protocol, Hosting, RabbitMq, Sqlite, KeyHolder],
        // The one-process demo hosts the three roles through their composition roots.
        ["Consortium.Cli"] =
            [
                Primitives, Cryptography, Privacy, Protocol, Hosting, RabbitMq, Sqlite, InMemory, Learning, Workloads, Auditing,
                Operator, Participant, Aggregator, KeyHolder, Scoring + ".Client",
            ],
    });

    public static TheoryData<string> SourceProjects => [.. Repository.SourceProjects];

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void ProjectFile_References_FollowTheArrows(string project)
    {
        Assert.True(Projects.Knows(project), $"{project} has no arrows: say in this table what it may import.");
        Assert.Empty(Projects.Violations(Repository.ReferencesOf(project).Select(to => (project, to))));
    }

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void BuiltAssembly_References_FollowTheArrows(string project)
    {
        using var assembly = new AssemblyReader(Repository.Assembly(project));
        Assert.Empty(Projects.Violations(assembly.Assemblies()
            .Where(name => name.StartsWith("Consortium.", StringComparison.Ordinal))
            .Select(name => (project, name))));
    }

    [Fact]
    public void Programs_OfSource_AreReferencedByNoProject()
    {
        string[] programs = [.. Repository.SourceProjects.Where(Repository.IsProgram)];
        Assert.Contains("Consortium.Cli", programs);
        Assert.Empty(Repository.SourceProjects.SelectMany(Repository.ReferencesOf).Intersect(programs));
    }

    [Theory]
    [InlineData("Consortium.Aggregator.Daemon")]
    [InlineData("Consortium.KeyHolder.Daemon")]
    [InlineData("Consortium.Scoring.Daemon")]
    [InlineData("Consortium.Participant.Daemon")]
    public void Daemon_Program_IsOneShortFile(string project)
    {
        string file = Assert.Single(Directory.GetFiles(Repository.SourceFolder(project), "*.cs"));
        Assert.InRange(File.ReadLines(file).Count(), 1, 39);
    }

    /// <summary>A dependency that could be another one day stands behind a port, and no project but one names it.</summary>
    [Theory]
    [InlineData("MassTransit", RabbitMq)]
    [InlineData("RabbitMQ.Client", RabbitMq)]
    [InlineData("Microsoft.Data.Sqlite", Sqlite)]
    [InlineData("SQLitePCLRaw", Sqlite)]
    public void BuiltAssemblies_FencedDependency_IsNamedByNoOtherProject(string dependency, string fence)
    {
        foreach (string project in Repository.SourceProjects.Where(project => project != fence))
        {
            using var assembly = new AssemblyReader(Repository.Assembly(project));
            Assert.DoesNotContain(assembly.Assemblies(), name => name.StartsWith(dependency, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("Consortium.Cryptography", "Consortium.Protocol")]
    [InlineData("Consortium.Aggregator", "Consortium.Participant")]
    [InlineData("Consortium.Aggregator", "Consortium.Learning")]
    [InlineData("Consortium.Learning", "Consortium.Unheard")]
    [InlineData("Consortium.Unheard", "Consortium.Learning")]
    public void Violations_ArrowTheWrongWay_IsNamed(string from, string to) =>
        Assert.Equal(
            [$"{from} must not import {to}"], Projects.Violations([("Consortium.Cli", "Consortium.Learning"), (from, to)]));
}
