using System.Runtime.CompilerServices;

namespace Consortium.Learning.Simulation;

/// <summary>What to simulate. The same plan gives the same bytes on every machine.</summary>
public sealed record SimulationPlan
{
    /// <summary>Least ratio of look-alike payments to laundering ones.</summary>
    public const double LeastLookAlikeRatio = 10;

    public const int LeastAccountsPerBank = 20;

    public ulong Seed { get; init; } = 1;

    public int Banks { get; init; } = 12;

    public int Accounts { get; init; } = 20_000;

    /// <summary>Days from <see cref="FirstDay"/> on.</summary>
    public int Days { get; init; } = 180;

    /// <summary>Payments in all; met to within a few in a hundred.</summary>
    public long Payments { get; init; } = 1_000_000;

    public DateOnly FirstDay { get; init; } = new(2022, 9, 1);

    /// <summary>Zipf's exponent of bank sizes: 0 makes all alike, 1 makes the n-th bank one n-th of the first.</summary>
    public double BankSizeExponent { get; init; } = 1;

    /// <summary>Share of payments that launder.</summary>
    public double LaunderingRate { get; init; } = 1.0 / 400;

    /// <summary>Share of laundering in no pattern. AMLworld has 38 to 71 %.</summary>
    public double OutsidePatternShare { get; init; } = 0.55;

    /// <summary>
    /// Chance that a counterparty, or a pattern's member, sits in the originator's bank; else another is drawn by size.
    /// </summary>
    public double OwnBankShare { get; init; } = 0.35;

    /// <summary>Share of payments that look like laundering and are not.</summary>
    public double LookAlikeShare { get; init; } = 0.4;

    /// <summary>Share of ordinary payments to somebody new.</summary>
    public double FirstTimeShare { get; init; } = 0.25;

    /// <summary>
    /// Mean share of laundering that the sender's bank has labelled legitimate; each bank's own lies between none and twice this.
    /// </summary>
    public double MissedLabelShare { get; init; } = 0.1;

    /// <summary>What a bank misses at once.</summary>
    public MissedLabels MissedLabels { get; init; } = MissedLabels.Payments;

    /// <summary>
    /// Chance that a member of an attempt is one of the few accounts that launder again and again, 0.8 % of each bank's.
    /// </summary>
    public double ReuseShare { get; init; } = 0.65;

    /// <summary>
    /// Honest structures of laundering's own shapes for each laundering attempt. Occurrences of a recurring one count each.
    /// </summary>
    public double HonestStructures { get; init; }

    /// <summary>The shapes that honest structures take, each as often.</summary>
    public HonestShapes HonestShapes { get; init; } = HonestShapes.All;

    /// <summary>
    /// Share of honest structures that recur every 30 days with the same members and amounts; the others are made once, of first
    /// payments.
    /// </summary>
    public double RecurringShare { get; init; }

    /// <exception cref="ArgumentException">A field is out of range; the message names it, its value and what to set.</exception>
    public void Validate()
    {
        Within(Banks, 3, 10_000);
        Within(Accounts, (long)LeastAccountsPerBank * Banks, 50_000_000);
        Within(Days, 7, 3_650);
        Within(Payments, 1_000, 2_000_000_000);
        Within(FirstDay.Year, 1970, 2100, nameof(FirstDay));
        Within(BankSizeExponent, 0, 2);
        Within(LaunderingRate, 1e-6, 0.02);
        Within(OutsidePatternShare, 0, 0.95);
        Within(OwnBankShare, 0, 1);
        Within(LookAlikeShare, LeastLookAlikeRatio * LaunderingRate, 0.8);
        Within(FirstTimeShare, 0, 1);
        Within(MissedLabelShare, 0, 0.5);
        Within((int)MissedLabels, 0, (int)MissedLabels.Attempts, nameof(MissedLabels));
        Within(ReuseShare, 0, 1);
        Within(HonestStructures, 0, 100);
        Within((int)HonestShapes, HonestStructures > 0 ? 1 : 0, (int)HonestShapes.All, nameof(HonestShapes));
        Within(RecurringShare, 0, 1);
    }

    private static void Within<T>(T value, T least, T most, [CallerArgumentExpression(nameof(value))] string field = "")
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0 || value is double.NaN)
        {
            string why = field == nameof(LookAlikeShare)
                ? $" (at least {LeastLookAlikeRatio} times {nameof(LaunderingRate)})"
                : "";
            throw new ArgumentException(FormattableString.Invariant(
                $"{nameof(SimulationPlan)}.{field} is {value}; set it from {least}{why} to {most}."), field);
        }
    }
}
