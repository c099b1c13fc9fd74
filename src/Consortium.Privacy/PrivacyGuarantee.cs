using System.Globalization;

namespace Consortium.Privacy;

/// <summary>What a session's noisy sums, and the model made of them, may tell about any one unit of a window of days.</summary>
public sealed record PrivacyGuarantee
{
    public required double Epsilon { get; init; }

    public required double Delta { get; init; }

    public required PrivacyUnit Unit { get; init; }

    /// <summary>The first day of the payments that it is about.</summary>
    public required DateOnly First { get; init; }

    /// <summary>The last day.</summary>
    public required DateOnly Last { get; init; }

    /// <summary>Whether this could be a guarantee: what a file or message says may not be.</summary>
    public bool IsPossible =>
        Epsilon is > 0 and < double.PositiveInfinity && Delta is > 0 and <= PrivacyBudget.LargestDelta
        && Unit is PrivacyUnit.Payment or PrivacyUnit.Account && First <= Last;

    /// <summary>The guarantee as a privacy officer can use it.</summary>
    public string Sentence => string.Create(
        CultureInfo.InvariantCulture,
        $"Epsilon {Epsilon:0.###}, delta {Delta:0.###e-0}, for each {What} from {First:yyyy-MM-dd} to {Last:yyyy-MM-dd}: "
            + $"whether it was among the training data changes the odds of anything that a member can conclude from the "
            + $"session's training sums and its model by a factor of {Factor} at most, but for a "
            + $"probability of about {Delta:0.###e-0}.");

    private string What => Unit == PrivacyUnit.Account
        ? "account (all payments that one account sent)"
        : "payment (one row: its features and its label)";

    private string Factor => Math.Exp(Epsilon) is var factor && factor < 10_000
        ? factor.ToString("0.#", CultureInfo.InvariantCulture)
        : factor.ToString("0.0e0", CultureInfo.InvariantCulture);
}
