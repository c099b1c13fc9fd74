namespace Consortium.Learning.Payments;

/// <summary>
/// Finds what tools do to identifiers: banks and accounts that differ by leading zeros or by case alone, where one account would
/// be two, and long numbers rounded to fifteen digits, where several accounts would be one.
/// </summary>
public static class ChangedIdentifiers
{
    /// <summary>What spreadsheets keep of a number.</summary>
    private const int KeptDigits = 15;

    private const int FewestRounded = 2;

    /// <returns>At most one warning of each kind for banks and one for accounts, each with an example.</returns>
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
        AddRounded(warnings, accounts);
        return warnings;
    }

    /// <summary>A tenth of numbers ends with a zero by chance; where most long ones do, a tool has rounded them.</summary>
    private static void AddRounded(List<string> warnings, AccountTable accounts)
    {
        long numbers = 0, rounded = 0;
        string example = "";
        for (int index = 0; index < accounts.Count; index++)
        {
            string number = accounts.NumberOf(new AccountId(index));
            if (number.Length > KeptDigits && !number.AsSpan().ContainsAnyExceptInRange('0', '9') && number[0] != '0')
            {
                numbers++;
                if (!number.AsSpan(KeptDigits).ContainsAnyExcept('0'))
                {
                    rounded++;
                    example = number;
                }
            }
        }

        if (rounded >= FewestRounded && rounded * 2 > numbers)
        {
            warnings.Add(
                $"{rounded:N0} of {numbers:N0} account numbers of more than {KeptDigits} digits have only zeros behind the "
                + $"first {KeptDigits}, such as {Quote.Of(example)}, as spreadsheets round numbers: several accounts may have "
                + "become one. Export these columns as text.");
        }
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
                $"{more:N0} {what} differ from others by leading zeros or case alone, such as {Quote.Of(found.One)} and "
                + $"{Quote.Of(found.Other)}: if a tool changed them, export these columns as text.");
        }
    }

    private static string Bare(string name) => !name.AsSpan().ContainsAnyExceptInRange('0', '9') ? name.TrimStart('0')
        : name.AsSpan().ContainsAnyInRange('a', 'z') ? name.ToUpperInvariant()
        : name;
}
