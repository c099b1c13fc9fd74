using System.Globalization;
using Consortium.Protocol.Ledger;

namespace Consortium.Cli.Ledgers;

/// <summary>A ledger for people and scripts.</summary>
internal sealed record LedgerView(
    string Owner, string? Configuration, int Entries, IReadOnlyList<LedgerView.Participation> Participations)
{
    public static LedgerView Of(ParticipationLedger ledger)
    {
        HashSet<LedgerEntry.Participated> counted = [.. ledger.Counted];
        return new LedgerView(
            ledger.Owner.Name,
            ledger.Configuration?.ToString(),
            ledger.Entries.Length,
            [
                .. ledger.Entries.OfType<LedgerEntry.Participated>().Select(entry => new Participation(
                    entry.Session.ToString(),
                    entry.Name,
                    Day(entry.Window.First),
                    Day(entry.Window.Last),
                    [.. entry.Cohort.Select(bank => bank.Name)],
                    entry.Kind.ToString().ToLowerInvariant(),
                    counted.Contains(entry))),
            ]);
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <param name="Kind"><c>released</c>, or <c>sent</c> for what this bank sent and saw no release of.</param>
    /// <param name="Counts">Whether plans are held against it.</param>
    public sealed record Participation(
        string Session, string Name, string FirstDay, string LastDay, IReadOnlyList<string> Cohort, string Kind, bool Counts);
}
