namespace Consortium.Learning.Features;

/// <summary>
/// What a feature's number means; it decides how the number reads in a sentence, and
/// which public bins a column has (<see cref="Binning.PublicEdges"/>). Values are part of the canonical
/// bytes.
/// </summary>
public enum FeatureUnit : byte
{
    /// <summary>A number of things.</summary>
    Count = 1,

    /// <summary>Money x in units of the payment's currency, held as log2(1 + x): sums span many orders of magnitude.</summary>
    Amount = 2,

    /// <summary>A part of a whole, 0 to 1.</summary>
    Share = 3,

    /// <summary>A quotient of two like quantities.</summary>
    Ratio = 4,

    Hours = 5,

    Days = 6,

    /// <summary>How many standard deviations from the account's own mean.</summary>
    Deviations = 7,

    /// <summary>1 where the description holds, else 0.</summary>
    Flag = 8,

    /// <summary>A code, or a place in a cycle such as the hour of the day.</summary>
    Category = 9,

    /// <summary>The code of a <see cref="Payments.Currency"/>.</summary>
    Currency = 10,

    /// <summary>The value of a <see cref="Payments.PaymentFormat"/>.</summary>
    PaymentFormat = 11,

    /// <summary>The value of a <see cref="DayOfWeek"/>.</summary>
    Weekday = 12,

    /// <summary>Days more, or fewer where negative, than another time.</summary>
    DaysChange = 13,

    /// <summary>
    /// How far a quantity is from another, as a part of itself: 0 where they are equal, and 1 or more where the other is large.
    /// </summary>
    Difference = 14,

    /// <summary>A standard deviation of logarithms to base 2.</summary>
    Doublings = 15,
}
