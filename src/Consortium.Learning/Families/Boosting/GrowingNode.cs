namespace Consortium.Learning.Families.Boosting;

/// <summary>A node of a tree that is being grown. Sums are in units of the plan's gradient scale.</summary>
internal sealed record GrowingNode
{
    public required long Gradient { get; init; }

    public required long Hessian { get; init; }

    /// <summary>The split made here; none while the node is a leaf.</summary>
    public SplitCandidate Split { get; init; } = SplitCandidate.None;

    public int Left { get; init; } = -1;

    public int Right { get; init; } = -1;

    /// <summary>
    /// The cohort's histogram while the node is a leaf that may still be split, or a split whose children's are asked for.
    /// </summary>
    public long[]? Histogram { get; init; }

    /// <summary>The best split there is for a leaf with a histogram.</summary>
    public SplitCandidate Best { get; init; } = SplitCandidate.None;

    public bool IsLeaf => !Split.Exists;
}
