namespace Consortium.Learning.Payments;

/// <summary>
/// Finds banks and accounts that differ by leading zeros alone, which data frames and spreadsheets take away: one account
/// would be two.
/// </summary>
public static class LeadingZeros
{
    /// <returns>One warning for banks and one for accounts, each naming a pair; empty where all differ otherwise.</returns>
    public static IReadOnlyList<string> Warnings(AccountTable accounts)
    {
        var warnings = new List<string>();
        Add(warnings, "banks", accounts.Banks.Select(bank => (Bare(bank.Value), bank.Value)));
        Add(
            warnings,
            "accounts",
            Enumerable.Range(0, accounts.Count).Select(index =>
            {
                var account = new AccountId(index);
                string number = accounts.NumberOf(account);
                return ($"{accounts.BankOf(account)} {Bare(number)}", number);
            }));
        return warnings;
    }

    private static void Add(List<string> warnings, string what, IEnumerable<(string Bare, string Name)> names)
    {
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        long more = 0;
        (string One, string Other)? pair = null;
        foreach ((string bare, string name) in names)
        {
            if (!first.TryAdd(bare, name) && first[bare] != name)
            {
                more++;
                pair ??= (first[bare], name);
            }
        }

        if (pair is { } found)
        {
            warnings.Add(
                $"{more:N0} {what} differ from others by leading zeros alone, such as {Quote.Of(found.One)} and "
                + $"{Quote.Of(found.Other)}: if a tool took zeros away, export these columns as text.");
        }
    }

    private static string Bare(string name) =>
        name[0] == '0' && !name.AsSpan().ContainsAnyExceptInRange('0', '9') ? name.TrimStart('0') : name;
}
