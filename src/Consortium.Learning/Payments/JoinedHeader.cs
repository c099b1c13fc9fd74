namespace Consortium.Learning.Payments;

/// <summary>Finds header lines among a file's rows, as where exports were joined.</summary>
internal static class JoinedHeader
{
    private const int FewestNames = 3;

    /// <summary>Whether the row is the file's header again, whatever case and signs it has.</summary>
    /// <exception cref="PaymentFileException">
    /// The row is another header: the rows behind it would be read by the wrong columns.
    /// </exception>
    public static bool Is(CsvText row, IReadOnlyList<string> header, string file)
    {
        bool isSame = row.Width == header.Count;
        int names = 0;
        for (int i = 0; i < row.Width; i++)
        {
            string name = row[i].Length <= PaymentFields.MaxTextLength ? ColumnNames.Bare(row[i].ToString()) : "";
            isSame &= i < header.Count && name == ColumnNames.Bare(header[i]);
            names += name.Length > 0 && header.Any(one => ColumnNames.Bare(one) == name) ? 1 : 0;
        }

        return !isSame && names >= FewestNames && names * 2 > header.Count
            ? throw new PaymentFileException(
                file,
                $"line {row.Line} is another header, with other columns or in another order, as where exports were joined: give "
                    + "each export as a file of its own.")
            : isSame && names > 0;
    }
}
