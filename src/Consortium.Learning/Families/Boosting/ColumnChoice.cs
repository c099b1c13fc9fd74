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
}
