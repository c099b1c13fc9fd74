namespace Consortium.Learning.Payments;

/// <summary>
/// Where a file keeps each column, found by name. Columns may stand in any order and others beside them are ignored.
/// </summary>
internal sealed class PaymentColumns
{
    /// <summary>AMLworld's; the payment's identifier is beside them.</summary>
    public const int Count = (int)PaymentColumn.IsLaundering + 1;

    private const int MaxNamesListed = 40;
    private const string Ambiguous = "name them 'From Account' (the sender's) and 'To Account' (the receiver's).";

    private static readonly string[] Names =
    [
        "Timestamp", "From Bank", "Account", "To Bank", "Account", "Amount Received", "Receiving Currency", "Amount Paid",
        "Payment Currency", "Payment Format", "Is Laundering", "Payment ID", "Direction", "Debit", "Credit",
    ];

    private readonly int[] _places;

    private PaymentColumns(int width, int[] places)
    {
        Width = width;
        _places = places;
    }

    /// <summary>Number of columns in the file.</summary>
    public int Width { get; }

    /// <summary>Says that a file without labels has columns that are not read: one may be meant for them. Else null.</summary>
    public string? WarningOfUnread(IReadOnlyList<string> header)
    {
        string[] unread = [.. header.Where((name, place) => !_places.Contains(place) && !string.IsNullOrWhiteSpace(name))];
        return HasLabels || unread.Length == 0
            ? null
            : $"No column is 'Is Laundering', so nothing is labelled. Not read: {Listed(unread)}.";
    }

    public bool HasLabels => _places[(int)PaymentColumn.IsLaundering] >= 0;

    /// <summary>Whether labels stand in the last column, whose empty cells some spreadsheets leave out.</summary>
    public bool HasLabelsLast => _places[(int)PaymentColumn.IsLaundering] == Width - 1;

    /// <summary>The column's place in the file's rows, or -1 for labels that are absent.</summary>
    public int PlaceOf(PaymentColumn column) => _places[(int)column];

    public static string NameOf(PaymentColumn column) => Names[(int)column];

    public static string HeaderLine { get; } = string.Join(',', Names[..Count]);

    /// <exception cref="PaymentFileException">
    /// A column is missing, or two could be it; the message names it and lists what was found.
    /// </exception>
    public static PaymentColumns Find(string file, IReadOnlyList<string> header, IReadOnlyList<string> partitions)
    {
        int[] places = [.. Enumerable.Repeat(-1, Names.Length)];
        for (int i = 0; i < header.Count; i++)
        {
            if (ColumnNames.Find(header[i]) is { } column)
            {
                if (places[(int)column] >= 0)
                {
                    throw new PaymentFileException(
                        file,
                        $"columns {places[(int)column] + 1} and {i + 1} are both {Quote.Of(header[i])}; take one away, or rename "
                            + "it.");
                }

                places[(int)column] = i;
            }
        }

        PlaceAccounts(file, header, places);
        foreach (string partition in partitions)
        {
            string name = Uri.UnescapeDataString(partition[..partition.IndexOf('=', StringComparison.Ordinal)]);
            if (ColumnNames.Find(name) is { } column && places[(int)column] < 0)
            {
                throw new PaymentFileException(
                    file,
                    $"column '{Names[(int)column]}' stands in the name of the folder {Quote.Of(partition)}, not in the file: "
                        + "write files that hold every column, without partitions.");
            }
        }

        for (int i = 0; i < Count; i++)
        {
            if (places[i] < 0 && i != (int)PaymentColumn.IsLaundering)
            {
                throw new PaymentFileException(file, Missing(i, header));
            }
        }

        return new PaymentColumns(header.Count, places);
    }

    /// <summary>Columns of which each stands where it is said, or nowhere (-1).</summary>
    public static PaymentColumns At(int width, Func<PaymentColumn, int> placeOf) =>
        new(width, [.. Enumerable.Range(0, Names.Length).Select(column => placeOf((PaymentColumn)column))]);

    /// <summary>The same columns where rows have one more cell in front than the header names, as R writes row names.</summary>
    public PaymentColumns Shifted() => new(Width + 1, [.. _places.Select(place => place < 0 ? place : place + 1)]);

    /// <summary>Columns named <c>Account</c>: of two, the first or the one without a number is the sender's.</summary>
    private static void PlaceAccounts(string file, IReadOnlyList<string> header, int[] places)
    {
        ref int from = ref places[(int)PaymentColumn.FromAccount];
        ref int to = ref places[(int)PaymentColumn.ToAccount];
        var found = new List<(int Rank, int Place)>();
        for (int i = 0; i < header.Count; i++)
        {
            if (ColumnNames.IsAccount(header[i], out int rank))
            {
                found.Add((rank, i));
            }
        }

        if (found.Count == 0 || (from >= 0 && to >= 0))
        {
            return;
        }

        if (from >= 0 || to >= 0 || found.Count > 2)
        {
            throw new PaymentFileException(file, $"the accounts' columns cannot be told apart: {Ambiguous}");
        }

        (int Rank, int Place)[] inOrder = [.. found.Order()];
        from = inOrder[0].Place;
        to = inOrder.Length == 2 ? inOrder[1].Place : -1;
        int fromBank = places[(int)PaymentColumn.FromBank], toBank = places[(int)PaymentColumn.ToBank];
        bool isCrossed = (toBank >= 0 && from == toBank + 1) || (fromBank >= 0 && to == fromBank + 1);
        if (inOrder.Length == 2 && isCrossed)
        {
            throw new PaymentFileException(
                file,
                $"the columns {Quote.Of(header[from])} and {Quote.Of(header[to])} stand behind the other party's bank, so whose "
                    + $"they are is not certain: {Ambiguous}");
        }
    }

    private static string Missing(int column, IReadOnlyList<string> header)
    {
        if (header.Count >= Count - 1 && header.Any(name => PaymentTimes.LooksLikeTime(name)))
        {
            return "the first line is a payment, not a header: export the columns' names as the first line.";
        }

        if (header.Count == 1)
        {
            return $"the first line is one column, {Quote.Of(header[0])}, not a header. Columns are parted by a comma, a "
                + "semicolon, a tab, '|' or the character 1 (a mapping can name another separator), and their names are the "
                + "first line.";
        }

        string which = column switch
        {
            (int)PaymentColumn.FromAccount => "'Account' (the sender's)",
            (int)PaymentColumn.ToAccount => "the second 'Account' (the receiver's)",
            _ => $"'{Names[column]}'",
        };
        return $"column {which} is missing; the header has {Listed(header)}. If the file has it by another name, "
            + "`consortium data map --guess FILE` proposes a mapping.";
    }

    private static string Listed(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MaxNamesListed).Select(name => Quote.Of(name)))
        + (names.Count > MaxNamesListed ? $" and {names.Count - MaxNamesListed} more" : "");
}
