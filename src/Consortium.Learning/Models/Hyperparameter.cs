using System.Collections.Immutable;
using System.Globalization;
using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>
/// One hyper-parameter of a model family, described as data: canonical bytes, range checks, command-line options and views all
/// follow from it.
/// </summary>
public sealed record Hyperparameter
{
    private Hyperparameter()
    {
    }

    /// <summary>In camel case, such as <c>learningRate</c>: unique within the family.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Whether the value is a 32-bit integer; otherwise it is a 64-bit float, unless there are <see cref="Choices"/>.
    /// </summary>
    public required bool IsWhole { get; init; }

    /// <summary>The names of the values that can be chosen, by the byte that stands for each; empty for a number.</summary>
    public ImmutableSortedDictionary<byte, string> Choices { get; init; } = ImmutableSortedDictionary<byte, string>.Empty;

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
    public string Range =>
        !Choices.IsEmpty ? string.Join(" or ", Choices.Values)
        : ExcludesLeast ? $"above {Text(Least)} and at most {Text(Most)}"
        : $"{Text(Least)} to {Text(Most)}";

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

    /// <summary>A hyper-parameter that is one of an enumeration's values, which are bytes from 1 on.</summary>
    public static Hyperparameter Choice<TSettings, TChoice>(
        string name, string help, Func<TSettings, TChoice> of, Func<TSettings, TChoice, TSettings> with)
        where TSettings : FamilySettings
        where TChoice : struct, Enum
    {
        TChoice[] values = Enum.GetValues<TChoice>();
        return new()
        {
            Name = name,
            IsWhole = true,
            Least = 1,
            Most = values.Length,
            Choices = values.ToImmutableSortedDictionary(ToByte, value => value.ToString().ToLowerInvariant()),
            Help = help,
            Of = settings => ToByte(of((TSettings)settings)),
            With = (settings, value) => with((TSettings)settings, (TChoice)Enum.ToObject(typeof(TChoice), checked((byte)value))),
        };

        static byte ToByte(TChoice value) => Convert.ToByte(value, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The value as the view of a plan holds it: an <see cref="int"/>, a <see cref="double"/> or a choice's name.
    /// </summary>
    public object ValueIn(FamilySettings settings)
    {
        double value = Of(settings);
        return Choices.TryGetValue((byte)Math.Clamp(value, 0, byte.MaxValue), out string? choice) ? choice
            : IsWhole ? (int)value
            : value;
    }

    /// <summary>What is wrong with the value in some settings, naming value and limit; null if nothing.</summary>
    public string? FaultOf(FamilySettings settings)
    {
        double value = Of(settings);
        bool fits = value <= Most && (ExcludesLeast ? value > Least : value >= Least); // NaN fits nothing
        return fits ? null : $"{char.ToUpperInvariant(Name[0])}{Name[1..]} is {Text(value)}; it must be {Range}.";
    }

    internal FamilySettings Read(ref CanonicalReader reader, FamilySettings settings) =>
        With(settings, !Choices.IsEmpty ? reader.UInt8() : IsWhole ? reader.Int32() : reader.Finite());

    internal void Write(CanonicalWriter writer, FamilySettings settings)
    {
        if (!Choices.IsEmpty)
        {
            writer.UInt8((int)Of(settings));
        }
        else if (IsWhole)
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
