namespace Consortium.Learning.Payments;

/// <summary>Where a file keeps each column, found by name.</summary>
/// <remarks>
/// AMLworld names two columns <c>Account</c>: the first is the sender's, the second the receiver's. Where a format allows a name
/// only once, the second is <c>Account.1</c>, as pandas writes it. Columns may stand in any order and others beside them are ignored.
/// </remarks>
internal sealed class PaymentColumns
{
    public const int Count = (int)PaymentColumn.IsLaundering + 1;

    private const int MaxNamesListed = 40;
    private const string SecondAccount = "Account.1";

    private static readonly string[] Names =
    [
        "Timestamp", "From Bank", "Account", "To Bank", "Account", "Amount Received", "Receiving Currency", "Amount Paid",
        "Payment Currency", "Payment Format", "Is Laundering",
    ];

    private readonly int[] _places = new int[Count];

    private PaymentColumns(int width) => Width = width;

    /// <summary>Number of columns in the file.</summary>
    public int Width { get; }

    public bool HasLabels => _places[(int)PaymentColumn.IsLaundering] >= 0;

    /// <summary>The column's place in the file's rows, or -1 for labels that are absent.</summary>
    public int PlaceOf(PaymentColumn column) => _places[(int)column];

    public static string NameOf(PaymentColumn column) => Names[(int)column];

    public static string HeaderLine { get; } = string.Join(',', Names);

    /// <exception cref="PaymentFileException">A column is missing; the message names it and lists what was found.</exception>
    public static PaymentColumns Find(string file, IReadOnlyList<string> header)
    {
        var columns = new PaymentColumns(header.Count);
        var taken = new bool[header.Count];
        for (int i = 0; i < Count; i++)
        {
            int place = IndexOf(header, Names[i], taken);
            if (place < 0 && i == (int)PaymentColumn.ToAccount)
            {
                place = IndexOf(header, SecondAccount, taken);
            }

            if (place < 0 && i != (int)PaymentColumn.IsLaundering)
            {
                throw new PaymentFileException(file, Missing(i, header));
            }

            columns._places[i] = place;
            if (place >= 0)
            {
                taken[place] = true;
            }
        }

        return columns;
    }

    private static int IndexOf(IReadOnlyList<string> header, string name, bool[] taken)
    {
        for (int i = 0; i < header.Count; i++)
        {
            if (!taken[i] && header[i].AsSpan().Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    private static string Missing(int column, IReadOnlyList<string> header)
    {
        string which = column switch
        {
            (int)PaymentColumn.FromAccount => "'Account' (the sender's)",
            (int)PaymentColumn.ToAccount => "the second 'Account' (the receiver's)",
            _ => $"'{Names[column]}'",
        };
        string found = string.Join(", ", header.Take(MaxNamesListed).Select(name => Quote.Of(name)));
        string more = header.Count > MaxNamesListed ? $" and {header.Count - MaxNamesListed} more" : "";
        return $"column {which} is missing; the header has {found}{more}.";
    }
}
