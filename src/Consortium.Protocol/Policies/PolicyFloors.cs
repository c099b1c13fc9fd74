using Consortium.Protocol.Configuration;
using FluentValidation;

namespace Consortium.Protocol.Policies;

/// <summary>
/// What no plan may go beyond at this bank: limits that keep a plan from reading single payments out of sums. Every floor holds
/// with its
/// default where the policy file does not name it.
/// </summary>
public sealed record PolicyFloors
{
    /// <summary>What holds at a bank whose policy names no floors.</summary>
    public static PolicyFloors Default { get; } = new();

    /// <summary>
    /// The least summed second derivative in a child of a tree, in payments of weight 1. A payment adds a quarter at most: 5 is
    /// 20 payments
    /// or more in every child.
    /// </summary>
    public double LeastChildHessian { get; init; } = 5;

    public double LeastL2 { get; init; } = 1;

    public int MostLeaves { get; init; } = 64;

    /// <summary>
    /// Splits between the root and a leaf. A family that grows leaf by leaf may reach one less than its leaves.
    /// </summary>
    public int MostDepth { get; init; } = 63;

    public int MostBins { get; init; } = 255;

    public int MostTrees { get; init; } = 1_000;

    /// <summary>
    /// A plan's vote must ask a model for this part, at least, of the average precision that a bank reaches by itself.
    /// </summary>
    public double LeastVoteFraction { get; init; } = 0.5;

    /// <summary>With fewer votes than this a plan must not adopt its model.</summary>
    public int LeastVotes { get; init; } = 2;

    /// <summary>Whether a plan may leave the vote out.</summary>
    public bool AllowNoVote { get; init; }

    /// <summary>
    /// Whether a plan may sketch bin edges from summed counts of payments. The counts are the same in every session over the same
    /// days, so they need noise,
    /// and sums carry none.
    /// </summary>
    public bool AllowSketchedEdges { get; init; }

    internal sealed class Validator : AbstractValidator<PolicyFloors>
    {
        public Validator()
        {
            RuleFor(floors => floors.LeastChildHessian)
                .Must(value => value is > 0 and <= 1e9)
                .WithMessage("Use a number above 0, such as 5, not {PropertyValue}.");
            RuleFor(floors => floors.LeastL2)
                .Must(value => value is > 0 and <= 1e9)
                .WithMessage("Use a number above 0, such as 1, not {PropertyValue}.");
            RuleFor(floors => floors.MostLeaves).InclusiveBetween(2, 4_096).WithMessage("Use 2 to 4096, not {PropertyValue}.");
            RuleFor(floors => floors.MostDepth).InclusiveBetween(1, 4_095).WithMessage("Use 1 to 4095, not {PropertyValue}.");
            RuleFor(floors => floors.MostBins).InclusiveBetween(2, 255).WithMessage("Use 2 to 255, not {PropertyValue}.");
            RuleFor(floors => floors.MostTrees).GreaterThan(0).WithMessage("Use 1 or more, not {PropertyValue}.");
            RuleFor(floors => floors.LeastVoteFraction)
                .Must(value => value is > 0 and <= 2)
                .WithMessage("Use a number above 0 and at most 2, not {PropertyValue}.");
            RuleFor(floors => floors.LeastVotes).InclusiveBetween(1, 1_024).WithMessage("Use 1 to 1024, not {PropertyValue}.");
        }
    }
}
