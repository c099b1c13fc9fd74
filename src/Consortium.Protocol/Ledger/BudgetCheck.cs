using System.Globalization;
using Consortium.Privacy;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Ledger;

/// <summary>
/// Whether a plan's noise fits what the consortium allows to be told about any one day, beside all that was released of it.
/// </summary>
internal static class BudgetCheck
{
    /// <param name="noised">Earlier participations with noise of other sessions.</param>
    /// <returns>Why not; null when it fits.</returns>
    public static LedgerConflict? Check(
        IEnumerable<LedgerEntry.Participated> noised, DataWindow window, NoiseTerms? terms, PrivacyBudget? budget)
    {
        LedgerEntry.Participated[] overlapping = [.. noised.Where(entry => entry.Window.Overlaps(window))];
        if (budget is null && (terms is not null || overlapping.Length == 0))
        {
            return terms is null
                ? null
                : new LedgerConflict(
                    [], "The plan carries noise, and consortium.json sets no \"privacyBudget\" to hold it against.");
        }

        LedgerEntry.Participated? promised = Promised(overlapping, budget);
        budget = promised?.Budget ?? budget!;
        string allowed = promised is null
            ? $"this consortium allows {budget}"
            : $"session {Short(promised)} was released over {promised.Window} under {budget}, which later configurations do not "
                + "raise for these days";
        if (terms is null)
        {
            return new LedgerConflict(
                promised is null ? [] : [promised.Session], $"The plan carries no noise; {allowed}. Give the plan noise.");
        }

        if (budget.Unit == PrivacyUnit.Account && terms.Unit != PrivacyUnit.Account)
        {
            return new LedgerConflict(
                promised is null ? [] : [promised.Session],
                $"The plan's noise hides payments; {allowed}. Use noise for accounts.");
        }

        if (budget.Unit == PrivacyUnit.Account
            && overlapping.FirstOrDefault(entry => entry.Noise!.Unit != PrivacyUnit.Account) is { } other)
        {
            return new LedgerConflict(
                [other.Session],
                $"Session {Short(other)} over {other.Window} hid payments only, so nothing is left of a budget for accounts over "
                    + "its days.");
        }

        (PrivacyLoss spent, LedgerEntry.Participated[] sessions) = Most(overlapping, window);
        return spent + terms.Loss > budget.Loss
            ? new LedgerConflict(
                [.. sessions.Select(entry => entry.Session)],
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The plan costs rho {terms.Loss}; {Left(budget, spent)} is left of {budget.Loss} over {window}: {allowed}")
                + (sessions.Length == 0
                    ? "."
                    : $". {string.Join(", ", sessions.Select(entry => $"session {Short(entry)}"))} used {spent}."))
            : null;
    }

    /// <summary>What was told about that day of the window about which most was.</summary>
    public static (PrivacyLoss Spent, LedgerEntry.Participated[] Sessions) Most(
        IReadOnlyCollection<LedgerEntry.Participated> noised, DataWindow window)
    {
        // A day's sum grows only where a window begins.
        (PrivacyLoss Spent, LedgerEntry.Participated[] Sessions) most = (PrivacyLoss.Zero, []);
        IEnumerable<DateOnly> starts = noised.Select(entry => entry.Window.First).Append(window.First);
        foreach (DateOnly day in starts.Where(window.Contains).Distinct())
        {
            LedgerEntry.Participated[] then =
                [.. noised.Where(entry => entry.Window.Contains(day)).DistinctBy(entry => entry.Session)];
            PrivacyLoss spent = then.Aggregate(PrivacyLoss.Zero, (sum, entry) => sum + entry.Noise!.Loss);
            most = spent > most.Spent ? (spent, then) : most;
        }

        return most;
    }

    /// <summary>The earlier session whose budget is below the configuration's; null where none is.</summary>
    private static LedgerEntry.Participated? Promised(LedgerEntry.Participated[] overlapping, PrivacyBudget? budget)
    {
        LedgerEntry.Participated? least = null;
        foreach (LedgerEntry.Participated entry in overlapping.Where(entry => entry.Budget is not null))
        {
            if ((least?.Budget ?? budget) is not { } known || IsBelow(entry.Budget!, known))
            {
                least = entry;
            }
        }

        return least;
    }

    /// <summary>Accounts before payments: noise for accounts hides payments as well.</summary>
    private static bool IsBelow(PrivacyBudget left, PrivacyBudget right) => left.Unit == right.Unit
        ? left.Loss < right.Loss
        : left.Unit == PrivacyUnit.Account;

    private static PrivacyLoss Left(PrivacyBudget budget, PrivacyLoss spent) =>
        new(Math.Max(0, budget.Loss.Billionths - spent.Billionths));

    private static string Short(LedgerEntry.Participated entry) => entry.Session.ToString()[..12];
}
