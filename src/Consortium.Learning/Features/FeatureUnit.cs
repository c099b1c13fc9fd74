namespace Consortium.Learning.Features;

/// <summary>What a feature's number counts; it decides how the number reads in a sentence. Values are part of the canonical bytes.</summary>
public enum FeatureUnit : byte
{
    /// <summary>A whole number of things.</summary>
    Count = 1,

    /// <summary>Money in units of the payment's currency.</summary>
    Amount = 2,

    /// <summary>A part of a whole, 0 to 1.</summary>
    Share = 3,

    /// <summary>A quotient of two like quantities.</summary>
    Ratio = 4,

    Hours = 5,

    /// <summary>How many standard deviations from the account's own mean.</summary>
    Deviations = 6,

    /// <summary>1 where the description holds, else 0.</summary>
    Flag = 7,

    /// <summary>A code without order.</summary>
    Category = 8,
}
