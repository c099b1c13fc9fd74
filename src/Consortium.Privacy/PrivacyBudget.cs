using System.Globalization;

namespace Consortium.Privacy;

/// <summary>What sums over one window of days may tell in all, as people state it.</summary>
public sealed record PrivacyBudget
{
    /// <summary>A larger delta would let a release show whole payments: it is held below one over any number of rows.</summary>
    public const double LargestDelta = 1e-5;

    public const double LargestEpsilon = 64;

    public required double Epsilon { get; init; }

    public required double Delta { get; init; }

    public required PrivacyUnit Unit { get; init; }

    /// <summary>Whether epsilon, delta and unit are within their ranges.</summary>
    public bool IsPossible =>
        Epsilon is > 0 and <= LargestEpsilon && Delta is > 0 and <= LargestDelta
        && Unit is PrivacyUnit.Payment or PrivacyUnit.Account;

    /// <summary>The budget as a sum of losses, rounded down.</summary>
    public PrivacyLoss Loss => new((long)Math.Floor(ZeroConcentrated.Rho(Epsilon, Delta) * 1e9));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"epsilon {Epsilon:0.###} with delta {Delta:0.###e-0} for each {Unit.ToString().ToLowerInvariant()}");
}
