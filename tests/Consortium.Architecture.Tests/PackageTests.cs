using System.Xml.Linq;

namespace Consortium.Architecture.Tests;

/// <summary>Packages are permissively licensed, and those for tests stay in tests.</summary>
public sealed class PackageTests
{
    private static readonly HashSet<string> Permissive =
    [
        "MIT", "MIT-0", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "Unlicense", "MS-PL", "PostgreSQL", "Zlib",
        // Packages from before licence expressions, by the address that they give; each was read and is MIT.
        "https://github.com/MiloszKrajewski/K4os.Compression.LZ4/blob/master/LICENSE?raw=true",
    ];

    [Fact]
    public void EveryPackage_Licence_IsPermissive()
    {
        IReadOnlyList<RestoredPackage> packages = RestoredPackage.ReadAll();
        Assert.Contains(packages, package => package.Name == "xunit.v3");
        Assert.Empty(packages.Select(LicenceViolation).OfType<string>().Distinct());
    }

    [Fact]
    public void SourceProjects_Packages_AreNotThoseOfTests()
    {
        HashSet<string> forTests = PackagesForTests();
        Assert.Contains("xunit.v3", forTests);
        Assert.Empty(TestPackageViolations(RestoredPackage.ReadAll(), forTests));
    }

    [Theory]
    [InlineData("MassTransit", "8.5.12", "Apache-2.0", true)]
    [InlineData("MassTransit", "9.0.0", "Apache-2.0", false)]
    [InlineData("MassTransit.RabbitMQ", "10.1.0-beta", "Apache-2.0", false)]
    [InlineData("Some", "1.0.0", "MIT OR GPL-3.0-only", true)]
    [InlineData("Some", "1.0.0", "MIT AND GPL-3.0-only", false)]
    [InlineData("Some", "1.0.0", "(MIT OR GPL-3.0-only) AND Apache-2.0", true)]
    [InlineData("Some", "1.0.0", "AGPL-3.0-or-later", false)]
    [InlineData("Some", "1.0.0", null, false)]
    public void LicenceViolation_ByLicenceAndVersion(string name, string version, string? licence, bool permitted) =>
        Assert.Equal(
            permitted,
            LicenceViolation(new RestoredPackage("Consortium.Hosting", name, version, licence, IsDirect: true)) is null);

    [Fact]
    public void TestPackageViolations_TestPackageInASourceProject_IsNamed() =>
        Assert.Equal(
            ["Consortium.Protocol must not use CsCheck"],
            TestPackageViolations(
                [
                    new("Consortium.Protocol", "CsCheck", "4.0.0", "MIT", IsDirect: true),
                    new("Consortium.Protocol.Tests", "CsCheck", "4.0.0", "MIT", IsDirect: true),
                    new("Consortium.Hosting", "RabbitMQ.Client", "7.0.0", "MIT", IsDirect: false),
                ],
                ["CsCheck", "RabbitMQ.Client"]));

    private static string? LicenceViolation(RestoredPackage package)
    {
        bool isMassTransit = package.Name == "MassTransit" || package.Name.StartsWith("MassTransit.", StringComparison.Ordinal);
        if (isMassTransit && int.Parse(package.Version.Split('.')[0]) >= 9)
        {
            return $"{package.Name} {package.Version} needs a paid licence; 8.x is Apache-2.0";
        }

        return package.Licence is not null && IsPermissive(package.Licence)
            ? null
            : $"{package.Name} {package.Version}: {package.Licence ?? "no licence was found"}";
    }

    /// <summary>An SPDX expression of AND, OR and brackets; WITH, and anything else unheard of, is not permissive.</summary>
    private static bool IsPermissive(string expression)
    {
        if (Permissive.Contains(expression))
        {
            return true;
        }

        var tokens = new Queue<string>(
            expression.Replace("(", " ( ").Replace(")", " ) ").Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return AnyOf() && tokens.Count == 0;

        bool AnyOf()
        {
            bool permitted = AllOf();
            while (tokens.TryPeek(out string? next) && next == "OR")
            {
                tokens.Dequeue();
                permitted |= AllOf();
            }

            return permitted;
        }

        bool AllOf()
        {
            bool permitted = One();
            while (tokens.TryPeek(out string? next) && next == "AND")
            {
                tokens.Dequeue();
                permitted &= One();
            }

            return permitted;
        }

        bool One()
        {
            if (!tokens.TryDequeue(out string? token))
            {
                return false;
            }

            if (token != "(")
            {
                return Permissive.Contains(token);
            }

            bool permitted = AnyOf();
            return tokens.TryDequeue(out string? close) && close == ")" && permitted;
        }
    }

    private static IEnumerable<string> TestPackageViolations(IEnumerable<RestoredPackage> packages, HashSet<string> forTests) =>
        packages.Where(
            package => package.IsDirect && Repository.SourceProjects.Contains(package.Project) && forTests.Contains(package.Name))
            .Select(package => $"{package.Project} must not use {package.Name}");

    /// <summary>The central versions' group for tests, less the analyzers, which every project is built with.</summary>
    private static HashSet<string> PackagesForTests() =>
        XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("ItemGroup")
            .Where(group => group.Attribute("Label")?.Value == "Analysis and tests")
            .Elements("PackageVersion")
            .Select(package => package.Attribute("Include")!.Value)
            .Where(name => !name.EndsWith("Analyzers", StringComparison.Ordinal))
            .ToHashSet();
}
