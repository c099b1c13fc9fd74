namespace Consortium.Learning.Payments;

/// <summary>AMLworld's <c>*_Patterns.txt</c>: the laundering attempts that a data set's maker knows of.</summary>
/// <remarks>
/// Each attempt is a BEGIN line, rows in AMLworld's columns without a header, and an END line. Ground truth has no bad rows: any
/// ends the read.
/// </remarks>
public static class PatternFile
{
    internal const string Begin = "BEGIN LAUNDERING ATTEMPT - ";
    private const string End = "END LAUNDERING ATTEMPT";

    /// <summary>Reads a plain or gzipped file, interning its accounts in <paramref name="accounts"/>.</summary>
    /// <exception cref="PaymentFileException">A line is not what it should be; the message has its number.</exception>
    public static IReadOnlyList<LaunderingAttempt> Read(string path, AccountTable accounts)
    {
        string file = Path.GetFileName(path);
        using var text = new CsvText(FileBytes.OpenText(path), file);
        var parser = new PaymentParser(accounts, new PaymentReadOptions(), hasLabels: true, new ReadReport());
        var attempts = new List<LaunderingAttempt>();
        LaunderingAttempt? open = null;
        var rows = new List<Payment>();
        while (text.Read())
        {
            if (text.IsBlank)
            {
                continue;
            }

            if (text[0].StartsWith(Begin, StringComparison.Ordinal))
            {
                if (open is not null)
                {
                    throw Wrong("an attempt begins before the last one ended");
                }

                open = ParseBegin(string.Join(',', text.Fields())) ?? throw Wrong("the typology is none of AMLworld's eight");
                rows.Clear();
            }
            else if (text[0].StartsWith(End, StringComparison.Ordinal))
            {
                attempts.Add((open ?? throw Wrong("an attempt ends that never began")) with { Payments = rows.ToArray() });
                open = null;
            }
            else if (open is null || text.Width != PaymentColumns.Count)
            {
                throw Wrong($"expected an attempt's BEGIN, END or a row of {PaymentColumns.Count} columns");
            }
            else if (!parser.TryParse(new Row(text), out Payment payment))
            {
                throw new PaymentFileException(file, parser.Problem(text.Line).ToString());
            }
            else
            {
                rows.Add(payment);
            }
        }

        return open is null ? attempts : throw Wrong("the file ends within an attempt");

        PaymentFileException Wrong(string reason) => new(file, $"line {text.Line}: {reason}.");
    }

    /// <summary>Writes attempts as AMLworld does; gzipped when the path ends in <c>.gz</c>.</summary>
    public static void Write(string path, IEnumerable<LaunderingAttempt> attempts, AccountTable accounts)
    {
        using var writer = new PaymentWriter(path, accounts, writeHeader: false);
        foreach (LaunderingAttempt attempt in attempts)
        {
            string name = Typologies.NameOf(attempt.Typology);
            writer.WriteLine(attempt.Description.Length == 0 ? Begin + name : $"{Begin}{name}:  {attempt.Description}");
            foreach (Payment payment in attempt.Payments)
            {
                writer.Write(payment);
            }

            writer.WriteLine($"{End} - {name}");
            writer.WriteLine("");
        }
    }

    private static LaunderingAttempt? ParseBegin(string line)
    {
        ReadOnlySpan<char> rest = line.AsSpan(Begin.Length);
        int colon = rest.IndexOf(':');
        ReadOnlySpan<char> name = colon < 0 ? rest : rest[..colon];
        return Typologies.TryParse(name.Trim(), out Typology typology)
            ? new LaunderingAttempt
            {
                Typology = typology,
                Description = colon < 0 ? "" : rest[(colon + 1)..].Trim().ToString(),
                Payments = [],
            }
            : null;
    }

    private readonly struct Row(CsvText text) : IRowText
    {
        public ReadOnlySpan<char> this[PaymentColumn column] => text[(int)column];
    }
}
