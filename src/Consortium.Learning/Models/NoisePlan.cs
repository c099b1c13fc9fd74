using Consortium.Primitives;
using Consortium.Privacy;

namespace Consortium.Learning.Models;

/// <summary>
/// The noise of a plan's sums. Each bank adds a part before encryption, so that every sum over <see cref="LeastBanks"/> banks
/// has at least the planned variance even where <see cref="SilentBanks"/> of them add none, or know theirs and subtract it.
/// </summary>
public sealed record NoisePlan
{
    /// <summary>Below this a round alone has an epsilon of dozens.</summary>
    public const double LeastMultiplier = 0.1;

    public const double LargestMultiplier = 10_000;

    public const int LargestAccountCap = 1_024;

    /// <summary>No sampler draws a wider one.</summary>
    public const long LargestVariance = 1L << 50;

    /// <summary>
    /// A bank's part has this variance at least: with less, a sum of several discrete Gaussians is not close enough to one.
    /// </summary>
    internal const long LeastVariance = 16;

    /// <summary>
    /// The noise's standard deviation over the largest distance by which one unit moves a round's vector, both per entry in
    /// the proportions that the family chooses. A round with noise costs rho 1 / (2 Multiplier^2).
    /// </summary>
    public required double Multiplier { get; init; }

    public required PrivacyUnit Unit { get; init; }

    /// <summary>Payments of one account that a bank trains on at most; 0 where the unit is a payment.</summary>
    public int AccountCap { get; init; }

    /// <summary>Banks of every sum at least: the session plan's least cohort.</summary>
    public required int LeastBanks { get; init; }

    /// <summary>
    /// Banks that may add no noise without harm to the guarantee. A curious bank knows its own part, so 1 is the least that
    /// makes the guarantee hold against every single bank.
    /// </summary>
    public int SilentBanks { get; init; } = 1;

    /// <summary>Payments by which one unit can differ: what sensitivities are multiplied by.</summary>
    public int PaymentsOfUnit => Unit == PrivacyUnit.Account ? AccountCap : 1;

    /// <summary>The multiplier with which <paramref name="rounds"/> rounds cost no more than <paramref name="budget"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The budget is zero.</exception>
    public static double MultiplierFor(PrivacyLoss budget, int rounds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(budget.Billionths, nameof(budget));
        return Math.Sqrt(rounds / (2 * budget.Rho)) * (1 + 1e-9);
    }

    /// <summary>What that many rounds with noise tell together.</summary>
    public PrivacyLoss LossOf(int rounds) => PrivacyLoss.AtLeast(Math.Min(1e6, rounds / (2 * Multiplier * Multiplier)));

    /// <summary>
    /// Each bank's variance for entries that one payment moves, all together, by a distance of
    /// <paramref name="sensitivity"/>.
    /// </summary>
    /// <param name="share">
    /// The part of a round's loss that these entries take, above 0 and at most 1; all parts of a round sum to 1 or less.
    /// </param>
    /// <exception cref="OverflowException">Beyond 64 bits.</exception>
    public long VarianceOf(double sensitivity, double share)
    {
        double distance = sensitivity * PaymentsOfUnit;
        double variance = Multiplier * Multiplier * distance * distance / (share * (LeastBanks - SilentBanks));
        return Math.Max(LeastVariance, checked((long)Math.Ceiling(variance)));
    }

    /// <summary>What cannot work, naming value and limit; null if nothing.</summary>
    internal string? Fault() => this switch
    {
        { Multiplier: not (>= LeastMultiplier and <= LargestMultiplier) } =>
            $"The noise's multiplier is {Multiplier}; it must be {LeastMultiplier} to {LargestMultiplier}.",
        { Unit: PrivacyUnit.Account, AccountCap: < 1 or > LargestAccountCap } =>
            $"The unit is an account and its cap is {AccountCap}; it must be 1 to {LargestAccountCap}: without one, an account "
                + "may move a sum by any distance.",
        { Unit: PrivacyUnit.Payment, AccountCap: not 0 } =>
            $"The unit is a payment and the accounts' cap is {AccountCap}; leave it out.",
        { Unit: not (PrivacyUnit.Payment or PrivacyUnit.Account) } => $"The unit {(int)Unit} is not known.",
        { LeastBanks: < 3 or > TrainingState.LargestCohort } =>
            $"LeastBanks is {LeastBanks}; it must be 3 to {TrainingState.LargestCohort}.",
        _ when SilentBanks < 1 || SilentBanks >= LeastBanks =>
            $"SilentBanks is {SilentBanks}; it must be 1, for a bank knows its own noise, to {LeastBanks - 1}, so that some is "
                + "left.",
        _ => null,
    };

    internal static NoisePlan Read(ref CanonicalReader reader) => new()
    {
        Multiplier = reader.Finite(),
        Unit = (PrivacyUnit)reader.UInt8(),
        AccountCap = reader.Int32(),
        LeastBanks = reader.Int32(),
        SilentBanks = reader.Int32(),
    };

    internal void Write(CanonicalWriter writer)
    {
        writer.Double(Multiplier);
        writer.UInt8((int)Unit);
        writer.Int32(AccountCap);
        writer.Int32(LeastBanks);
        writer.Int32(SilentBanks);
    }
}
