using Consortium.Learning.Features;

namespace Consortium.Learning.Families.Logistic;

/// <summary>
/// Where a column's values (<see cref="LogisticModel.Compress"/>) usually lie and how far they spread, by its
/// <see cref="FeatureUnit"/> alone. Logistic regression is standardised with it: nobody's payments are asked for. Newton steps do
/// not depend on a column's scale but through L2 and rounding, so a round number near the spread of its kind is enough.
/// </summary>
internal readonly record struct PublicScale(double Mean, double Deviation)
{
    public static PublicScale Of(FeatureUnit unit) => unit switch
    {
        FeatureUnit.Count => new(1, 1.5),
        FeatureUnit.Amount => new(2.5, 1.5),
        FeatureUnit.Share => new(0.5, 0.5),
        FeatureUnit.Ratio => new(1, 1),
        FeatureUnit.Hours => new(6, 3),
        FeatureUnit.Days => new(3, 2),
        FeatureUnit.Deviations => new(0, 1),
        FeatureUnit.Flag => new(0.5, 0.5),
        FeatureUnit.Category => new(2, 1.5),
        FeatureUnit.Currency => new(1.5, 1.5),
        FeatureUnit.PaymentFormat => new(2, 1),
        FeatureUnit.Weekday => new(2, 1),
        FeatureUnit.DaysChange => new(0, 4),
        FeatureUnit.Difference => new(0.5, 0.75),
        FeatureUnit.Doublings => new(1.25, 0.5),
        _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "No scale is known for this kind of column."),
    };
}
