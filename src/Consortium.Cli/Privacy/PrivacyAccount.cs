using System.Globalization;
using Consortium.Privacy;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;

namespace Consortium.Cli.Privacy;

/// <summary>What was released of which days, with which guarantee, and what is left.</summary>
/// <param name="Ledger">Whose ledger says so; null where none was given.</param>
/// <param name="Budget">Null where sums are exact.</param>
internal sealed record PrivacyAccount(
    string Configuration, string? Ledger, PrivacyAccount.Limit? Budget, IReadOnlyList<PrivacyAccount.Release> Releases)
{
    public static PrivacyAccount Of(ConsortiumConfiguration configuration, ParticipationLedger? ledger) => new(
        configuration.Digest.ToString(),
        ledger?.Owner.Name,
        configuration.Budget is { } budget
            ? new Limit(budget.Epsilon, budget.Delta, budget.Unit.ToString().ToLowerInvariant(), budget.Loss.Rho)
            : null,
        [
            .. (ledger?.Counted ?? []).OrderBy(entry => entry.Window.First).ThenBy(entry => entry.Name, StringComparer.Ordinal)
                .Select(entry => ReleaseOf(entry, ledger!, configuration.Budget)),
        ]);

    private static Release ReleaseOf(
        LedgerEntry.Participated entry, ParticipationLedger ledger, PrivacyBudget? configured)
    {
        PrivacyBudget? budget = entry.Budget ?? configured;
        double? EpsilonOf(PrivacyLoss loss) => budget is null ? null : loss.Epsilon(budget.Delta);
        return new Release(
            entry.Session.ToString(), entry.Name, Day(entry.Window.First), Day(entry.Window.Last),
            [.. entry.Cohort.Select(bank => bank.Name)], entry.Kind.ToString().ToLowerInvariant(),
            entry.Noise?.Unit.ToString().ToLowerInvariant(), entry.Noise is { } noise ? EpsilonOf(noise.Loss) : null,
            entry.Noise is null || budget is null
                ? null
                : EpsilonOf(new PrivacyLoss(Math.Max(0, budget.Loss.Billionths - ledger.Spent(entry.Window).Billionths))));
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    internal sealed record Limit(double Epsilon, double Delta, string Unit, double Rho);

    /// <param name="Kind"><c>released</c>, or <c>sent</c> for what a bank sent and saw no release of.</param>
    /// <param name="Unit">Whose presence the noise hides; null where sums are exact.</param>
    /// <param name="Epsilon">What the session tells; null where it has no bound.</param>
    /// <param name="LeftEpsilon">What a further session over these days may tell.</param>
    internal sealed record Release(
        string Session, string Name, string FirstDay, string LastDay, IReadOnlyList<string> Banks, string Kind, string? Unit,
        double? Epsilon, double? LeftEpsilon);
}
