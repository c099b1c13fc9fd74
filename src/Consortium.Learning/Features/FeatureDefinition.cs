using System.Globalization;
using Consortium.Learning.Payments;

namespace Consortium.Learning.Features;

/// <summary>One column of a <see cref="FeatureSchema"/>.</summary>
public sealed record FeatureDefinition
{
    /// <summary>Where <see cref="Description"/> has the value, "paid {value} new counterparties within 6 hours".</summary>
    public const string ValueMark = "{value}";

    /// <summary>ASCII snake case, unique in its schema.</summary>
    public required string Name { get; init; }

    public required FeatureGroup Group { get; init; }

    public required FeatureUnit Unit { get; init; }

    /// <summary>
    /// What an analyst reads, holding <see cref="ValueMark"/> once, or not at all for a <see cref="FeatureUnit.Flag"/>.
    /// </summary>
    public required string Description { get; init; }

    /// <summary>Whether values compare by size, so that a usual value tells something beside one.</summary>
    internal bool IsQuantity =>
        Unit is FeatureUnit.Count or FeatureUnit.Amount or FeatureUnit.Share or FeatureUnit.Ratio or FeatureUnit.Hours
            or FeatureUnit.Days or FeatureUnit.DaysChange or FeatureUnit.Difference or FeatureUnit.Doublings;

    /// <summary>The description with <paramref name="value"/> in it; NaN and an unset flag say that it does not apply.</summary>
    public string Describe(float value)
    {
        if (float.IsNaN(value))
        {
            return $"nothing yet to tell: {Description.Replace(ValueMark, "…", StringComparison.Ordinal)}";
        }

        if (Unit == FeatureUnit.Flag)
        {
            return value != 0 ? Description : $"not: {Description}";
        }

        return Description.Replace(ValueMark, Format(value), StringComparison.Ordinal);
    }

    internal string Format(float value) => Unit switch
    {
        FeatureUnit.Count => value.ToString("#,0.##", CultureInfo.InvariantCulture),
        FeatureUnit.Amount => (Math.Pow(2, value) - 1).ToString("#,0.00", CultureInfo.InvariantCulture),
        FeatureUnit.Share or FeatureUnit.Difference => value.ToString("P0", CultureInfo.InvariantCulture),
        FeatureUnit.Ratio or FeatureUnit.Doublings => value.ToString("#,0.00", CultureInfo.InvariantCulture),
        FeatureUnit.Hours => FormatHours(value),
        FeatureUnit.Days or FeatureUnit.DaysChange => value.ToString("#,0.# 'days'", CultureInfo.InvariantCulture),
        FeatureUnit.Deviations => value.ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture),
        FeatureUnit.Currency when value >= 0 && value < Currencies.Count => Currencies.NameOf(new Currency((byte)value)),
        FeatureUnit.PaymentFormat when Enum.IsDefined((PaymentFormat)value) => PaymentFormats.NameOf((PaymentFormat)value),
        FeatureUnit.Weekday when Enum.IsDefined((DayOfWeek)value) => ((DayOfWeek)value).ToString(),
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    private static string FormatHours(float hours) => hours switch
    {
        < 2 => string.Create(CultureInfo.InvariantCulture, $"{hours * 60:0} minutes"),
        < 72 => string.Create(CultureInfo.InvariantCulture, $"{hours:0.#} hours"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{hours / 24:0} days"),
    };
}
