namespace Consortium.Architecture.Tests;

/// <summary>The reader sees every way in which a type can name another; the offenders are planted in this assembly.</summary>
public sealed class AssemblyReaderTests
{
    private const string Planted = "Consortium.Architecture.Tests.Planted.";

    [Theory]
    [InlineData("InBase")]
    [InlineData("InField")]
    [InlineData("InSignature")]
    [InlineData("InConstraint`1")]
    [InlineData("InAttribute")]
    [InlineData("InCall")]
    [InlineData("InTypeArgument")]
    [InlineData("InToken")]
    [InlineData("InLambda")]
    [InlineData("InSwitch")]
    public void TypeReferences_PlantedOffender_IsFound(string offender)
    {
        using var assembly = new AssemblyReader(typeof(AssemblyReaderTests).Assembly.Location);
        Assert.Contains(
            assembly.TypeReferences(),
            reference => reference.From == Planted + "Lower." + offender && reference.ToNamespace == Planted + "Upper");
    }

    [Fact]
    public void TypeReferences_TypeThatNamesNothingAbove_IsNotAccused()
    {
        using var assembly = new AssemblyReader(typeof(AssemblyReaderTests).Assembly.Location);
        Assert.Contains(assembly.DefinedTypes(), name => name == Planted + "Lower.Innocent");
        Assert.DoesNotContain(
            assembly.TypeReferences(),
            reference => reference.From == Planted + "Lower.Innocent" && reference.ToNamespace == Planted + "Upper");
    }
}
