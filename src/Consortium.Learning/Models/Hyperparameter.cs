using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>
/// One hyper-parameter of a model family, described as data: canonical bytes, range checks, command-line options and views all follow from it.
/// </summary>
public sealed record Hyperparameter
{
    private Hyperparameter()
    {
    }

    /// <summary>In camel case, such as <c>learningRate</c>: unique within the family.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the value is a 32-bit integer; otherwise it is a 64-bit float.</summary>
    public required bool IsWhole { get; init; }

    public required double Least { get; init; }

    public required double Most { get; init; }

    /// <summary>Whether the value must be above <see cref="Least"/>, not at it.</summary>
    public bool ExcludesLeast { get; init; }

    /// <summary>What it means, for people: a phrase without the range and the default.</summary>
    public required string Help { get; init; }

    /// <summary>The value in some settings of the family.</summary>
    public required Func<FamilySettings, double> Of { get; init; }

    /// <summary>The same settings with another value.</summary>
    public required Func<FamilySettings, double, FamilySettings> With { get; init; }

    /// <summary>The range in words.</summary>
    public string Range => ExcludesLeast ? $"above {Text(Least)} and at most {Text(Most)}" : $"{Text(Least)} to {Text(Most)}";

    /// <summary>A hyper-parameter that is a 32-bit integer.</summary>
    public static Hyperparameter Whole<TSettings>(
        string name, int least, int most, string help, Func<TSettings, int> of, Func<TSettings, int, TSettings> with)
        where TSettings : FamilySettings => new()
        {
            Name = name,
            IsWhole = true,
            Least = least,
            Most = most,
            Help = help,
            Of = settings => of((TSettings)settings),
            With = (settings, value) => with((TSettings)settings, checked((int)value)),
        };

    /// <summary>A hyper-parameter that is a 64-bit float.</summary>
    public static Hyperparameter Number<TSettings>(
        string name, double least, double most, string help, Func<TSettings, double> of, Func<TSettings, double, TSettings> with)
        where TSettings : FamilySettings => new()
        {
            Name = name,
            IsWhole = false,
            Least = least,
            Most = most,
            Help = help,
            Of = settings => of((TSettings)settings),
            With = (settings, value) => with((TSettings)settings, value),
        };

    /// <summary>The value as the view of a plan holds it: an <see cref="int"/> or a <see cref="double"/>.</summary>
    public object ValueIn(FamilySettings settings) => IsWhole ? (int)Of(settings) : Of(settings);

    /// <summary>What is wrong with the value in some settings, naming value and limit; null if nothing.</summary>
    public string? FaultOf(FamilySettings settings)
    {
        double value = Of(settings);
        bool fits = value <= Most && (ExcludesLeast ? value > Least : value >= Least); // NaN fits nothing
        return fits ? null : $"{char.ToUpperInvariant(Name[0])}{Name[1..]} is {Text(value)}; it must be {Range}.";
    }

    internal FamilySettings Read(ref CanonicalReader reader, FamilySettings settings) =>
        With(settings, IsWhole ? reader.Int32() : reader.Finite());

    internal void Write(CanonicalWriter writer, FamilySettings settings)
    {
        if (IsWhole)
        {
            writer.Int32((int)Of(settings));
        }
        else
        {
            writer.Double(Of(settings));
        }
    }

    private static string Text(double value) => FormattableString.Invariant($"{value}");
}
