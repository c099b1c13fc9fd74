using System.Globalization;

namespace Consortium.Learning.Payments;

/// <summary>What a header's names mean: AMLworld's, whatever case, blanks and signs a tool gave them.</summary>
/// <remarks>
/// Tools that allow a name only once rename AMLworld's second <c>Account</c>: <c>Account.1</c> (pandas, R), <c>Account_1</c>
/// (DuckDB), <c>Account:1</c>, <c>Account_duplicated_0</c> (polars), <c>Account2</c> (Excel). Others rename both, by place:
/// <c>Account2</c> and <c>Account4</c> (Spark), <c>Account...3</c> and <c>Account...5</c> (readr), <c>Account_x</c> and
/// <c>Account_y</c> (pandas and R, where tables are merged).
/// </remarks>
internal static class ColumnNames
{
    private const string Duplicate = "duplicated";
    private const string BareAccount = "account";

    private static readonly Dictionary<string, PaymentColumn> Known = new(StringComparer.Ordinal)
    {
        ["timestamp"] = PaymentColumn.Timestamp,
        ["frombank"] = PaymentColumn.FromBank,
        ["fromaccount"] = PaymentColumn.FromAccount,
        ["accountfrom"] = PaymentColumn.FromAccount,
        ["senderaccount"] = PaymentColumn.FromAccount,
        ["senderbank"] = PaymentColumn.FromBank,
        ["tobank"] = PaymentColumn.ToBank,
        ["toaccount"] = PaymentColumn.ToAccount,
        ["accountto"] = PaymentColumn.ToAccount,
        ["receiveraccount"] = PaymentColumn.ToAccount,
        ["receiverbank"] = PaymentColumn.ToBank,
        ["amountreceived"] = PaymentColumn.AmountReceived,
        ["receivingcurrency"] = PaymentColumn.ReceivingCurrency,
        ["amountpaid"] = PaymentColumn.AmountPaid,
        ["paymentcurrency"] = PaymentColumn.PaymentCurrency,
        ["paymentformat"] = PaymentColumn.PaymentFormat,
        ["islaundering"] = PaymentColumn.IsLaundering,
        ["paymentid"] = PaymentColumn.PaymentId,
        ["transactionid"] = PaymentColumn.PaymentId,
    };

    /// <summary>The column that a name means by itself; null for others, and for those that say only <c>Account</c>.</summary>
    public static PaymentColumn? Find(string name) => Known.TryGetValue(Bare(name), out PaymentColumn column) ? column : null;

    /// <summary>Whether a name is <c>Account</c>, perhaps with a number that a tool put behind it.</summary>
    /// <param name="name">As in the header.</param>
    /// <param name="rank">
    /// Orders the names that tools give to AMLworld's two: the plain one is before those with a number.
    /// </param>
    public static bool IsAccount(string name, out int rank)
    {
        string bare = Bare(name);
        rank = -1;
        if (!bare.StartsWith(BareAccount, StringComparison.Ordinal))
        {
            return false;
        }

        ReadOnlySpan<char> rest = bare.AsSpan(BareAccount.Length);
        rest = rest.StartsWith(Duplicate, StringComparison.Ordinal) ? rest[Duplicate.Length..] : rest;
        if (rest is "x" or "y" or "left" or "right")
        {
            rank = rest is "x" or "left" ? 0 : 1;
            return true;
        }

        return rest.IsEmpty
            ? bare.Length == BareAccount.Length
            : int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out rank) && rest.Length <= 4;
    }

    /// <summary>
    /// The names without the table's, where each has it in front, as Hive writes them: <c>payments.timestamp</c>.
    /// </summary>
    public static string[] WithoutTable(string[] names)
    {
        int length = names[0].IndexOf('.', StringComparison.Ordinal) + 1;
        return names.Length > 1 && length > 1
            && names.All(name => name.Length > length && name.AsSpan(0, length).SequenceEqual(names[0].AsSpan(0, length)))
            ? [.. names.Select(name => name[length..])]
            : names;
    }

    /// <summary>A name's letters and digits, in lower case.</summary>
    public static string Bare(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
