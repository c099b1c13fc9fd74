namespace Consortium.Learning.Payments;

/// <summary>Says whether the attempts of a patterns file are those of some payments, and why they might not be.</summary>
public static class PatternMatch
{
    /// <summary>Null where every attempt has a payment among the rows; else what people should know.</summary>
    /// <param name="attempts">As read from the file.</param>
    /// <param name="attemptOfRow">Each row's attempt, or a negative number.</param>
    /// <param name="accounts">The table that attempts and payments share.</param>
    /// <param name="banksBefore">How many banks the table had before the patterns file was read: those of the payments.</param>
    public static string? Warn(
        IReadOnlyList<LaunderingAttempt> attempts, ReadOnlySpan<int> attemptOfRow, AccountTable accounts, int banksBefore)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        ArgumentNullException.ThrowIfNull(accounts);
        var met = new HashSet<int>();
        foreach (int attempt in attemptOfRow)
        {
            if (attempt >= 0)
            {
                met.Add(attempt);
            }
        }

        if (met.Count == attempts.Count)
        {
            return null;
        }

        string count = met.Count == 0
            ? $"No laundering attempt of the {attempts.Count} in the patterns file matches a payment"
            : $"{attempts.Count - met.Count} of the {attempts.Count} laundering attempts in the patterns file match no payment "
                + "here";
        string? cause = Cause(attempts, accounts, banksBefore);
        return cause is null && met.Count > 0
            ? $"{count}: their payments are of other days or banks."
            : $"{count}: {cause ?? "it may be of another data set"}.";
    }

    private static string? Cause(IReadOnlyList<LaunderingAttempt> attempts, AccountTable accounts, int banksBefore)
    {
        var bare = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int bank = 0; bank < banksBefore; bank++)
        {
            bare.TryAdd(accounts.Banks[bank].Value.TrimStart('0'), accounts.Banks[bank].Value);
        }

        foreach (Payment payment in attempts.SelectMany(attempt => attempt.Payments))
        {
            foreach (AccountId account in (ReadOnlySpan<AccountId>)[payment.From, payment.To])
            {
                string bank = accounts.BankOf(account).Value;
                if (accounts.BankIndexOf(account) >= banksBefore)
                {
                    return bare.TryGetValue(bank.TrimStart('0'), out string? other)
                        ? $"the patterns name bank {Quote.Of(bank)}, the payments {Quote.Of(other)}, so a program that made "
                            + "numbers of the bank codes "
                            + "has removed their leading zeros. Export the payments with bank codes as text (pandas: dtype=str)"
                        : $"the patterns name bank {Quote.Of(bank)}, which no payment does";
                }
            }
        }

        return null;
    }
}
