namespace Consortium.Learning.Families.Boosting;

/// <summary>Which columns a tree may split on. Values are part of canonical bytes.</summary>
public enum ColumnChoice : byte
{
    /// <summary>A part of them, drawn anew for each tree.</summary>
    Drawn = 1,

    /// <summary>
    /// One column a tree, each in its turn, and the whole tree from one round: a payment moves one bin of one column, so noise
    /// costs least (Nori and others, ICML 2021).
    /// </summary>
    Turns = 2,

    /// <summary>
    /// Columns and thresholds of the whole tree, drawn before any payment is looked at; one round asks for the leaves' sums. A
    /// payment moves one leaf (Maddock and others, CCS 2022).
    /// </summary>
    Random = 3,
}
