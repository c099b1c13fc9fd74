namespace Consortium.Learning.Models;

/// <summary>What of a family's settings decides how few payments a released sum can be about.</summary>
public enum QuantityKind
{
    /// <summary>
    /// Summed second derivatives of a child, counted in payments of weight 1: a payment adds a quarter at most, whatever its
    /// class weighs.
    /// </summary>
    ChildHessian,

    /// <summary>What regularisation adds to every leaf's or weight's summed second derivatives.</summary>
    L2,

    /// <summary>Leaves of a tree.</summary>
    Leaves,

    /// <summary>Splits between the root and a leaf.</summary>
    Depth,

    /// <summary>Bins of a feature.</summary>
    Bins,

    /// <summary>Trees of a model.</summary>
    Trees,
}
