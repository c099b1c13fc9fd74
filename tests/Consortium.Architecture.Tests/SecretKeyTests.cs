namespace Consortium.Architecture.Tests;

/// <summary>The aggregator holds ciphertexts: no type that holds a key, a share of one or a sum of them is named in it.</summary>
public sealed class SecretKeyTests
{
    private static readonly string[] SecretWords =
    [
        "SecretKey", "KeyShare", "ShareSum", "KeySum", "ReconstructedSecret", "SessionReceivingKey", "SessionSecret",
        "StorageKey", "BallotKey",
    ];

    [Fact]
    public void Aggregator_NamedTypes_HoldNoSecretKey()
    {
        if (Repository.SourceProjects.Contains("Consortium.Aggregator"))
        {
            using var assembly = new AssemblyReader(Repository.Assembly("Consortium.Aggregator"));
            Assert.Empty(Violations(assembly.TypeReferences()));
        }
    }

    [Theory]
    [InlineData("Consortium.Cryptography.Encryption.SecretKey")]
    [InlineData("Consortium.Cryptography.Sharing.ReconstructedSecret")]
    [InlineData("Consortium.Cryptography.Sharing.KeyShare")]
    [InlineData("Consortium.Cryptography.Identity.SessionSecret")]
    public void Violations_SecretTypeNamed_IsNamed(string secret) =>
        Assert.Equal(
            [secret],
            Violations(
                [
                    new("Consortium.Aggregator.Sum", "Consortium.Cryptography.Encryption.RunningSum"),
                    new("Consortium.Aggregator.Sum", secret),
                ]));

    private static IEnumerable<string> Violations(IEnumerable<TypeReference> references) =>
        references.Where(reference => reference.ToNamespace.StartsWith("Consortium.Cryptography", StringComparison.Ordinal)
                && SecretWords.Any(word => reference.To.Contains(word, StringComparison.Ordinal)))
            .Select(reference => reference.To).Distinct();
}
