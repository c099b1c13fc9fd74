namespace Consortium.Learning.Payments;

/// <summary>AMLworld's <c>*_accounts.csv</c>.</summary>
public static class AccountFile
{
    private const int MaxNameLength = 256;

    private static readonly string[] Columns = ["Bank Name", "Bank ID", "Account Number", "Entity ID", "Entity Name"];

    /// <summary>Streams the records of a plain or gzipped file; columns are found by name.</summary>
    /// <exception cref="PaymentFileException">A column is missing or a row is wrong; the message has its line.</exception>
    public static IEnumerable<AccountRecord> Read(string path)
    {
        string file = Path.GetFileName(path);
        using var text = new CsvText(FileBytes.OpenText(path), file);
        int[] places = text.Read()
            ? FindColumns(file, text.Fields())
            : throw new PaymentFileException(file, "the file is empty.");
        int width = text.Width;
        while (text.Read())
        {
            if (text.IsBlank)
            {
                continue;
            }

            yield return text.Width == width
                ? Record(text, places, file)
                : throw new PaymentFileException(file, $"line {text.Line}: expected {width} columns, found {text.Width}.");
        }
    }

    /// <summary>Writes records in AMLworld's columns; gzipped when the path ends in <c>.gz</c>.</summary>
    public static void Write(string path, IEnumerable<AccountRecord> records)
    {
        using var text = new StreamWriter(FileBytes.Create(path));
        text.NewLine = "\n";
        text.WriteLine(string.Join(',', Columns));
        foreach (AccountRecord record in records)
        {
            text.WriteLine(string.Join(
                ',', Field(record.BankName), record.Bank.Value, record.Number, Field(record.EntityId), Field(record.EntityName)));
        }
    }

    private static int[] FindColumns(string file, string[] header)
    {
        int[] places = [.. Columns.Select(column =>
            Array.FindIndex(header, name => name.AsSpan().Trim().Equals(column, StringComparison.OrdinalIgnoreCase)))];
        int missing = Array.IndexOf(places, -1);
        return missing < 0
            ? places
            : throw new PaymentFileException(
                file,
                $"column '{Columns[missing]}' is missing; the header has "
                    + $"{string.Join(", ", header.Take(20).Select(name => Quote.Of(name)))}.");
    }

    private static AccountRecord Record(CsvText text, int[] places, string file)
    {
        for (int i = 0; i < Columns.Length; i++)
        {
            ReadOnlySpan<char> field = text[places[i]];
            bool isIdentifier = i is 1 or 2;
            if (isIdentifier ? !PaymentFields.IsIdentifier(field) : field.Length > MaxNameLength)
            {
                string expected = isIdentifier ? "a bank identifier or account number" : $"at most {MaxNameLength} characters";
                throw new PaymentFileException(
                    file, $"line {text.Line}, {Columns[i]}: expected {expected}, found {Quote.Of(field)}.");
            }
        }

        return new AccountRecord(
            text[places[0]].ToString(), new BankId(text[places[1]].ToString()), text[places[2]].ToString(),
            text[places[3]].ToString(), text[places[4]].ToString());
    }

    private static string Field(string value) =>
        value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
