namespace Consortium.Learning.Payments.Outcomes;

/// <summary>
/// A file of case outcomes: separated text with the columns <c>Alert ID</c> or <c>Payment ID</c>, <c>Outcome</c> and <c>Date</c>.
/// </summary>
public sealed class OutcomeFile
{
    /// <summary>A part of names by which such files are known beside payments.</summary>
    public const string Mark = "outcomes";

    private const int MostOutcomes = 10_000_000;

    private static readonly string[] Alerts = ["alertid", "alert"];
    private static readonly string[] Payments = ["paymentid", "transactionid", "endtoendid", "uetr"];
    private static readonly string[] Outcomes = ["outcome", "disposition", "verdict"];
    private static readonly string[] Dates = ["date", "decided", "closed", "outcomedate"];

    /// <summary>Words of headers that payments have and outcomes have not.</summary>
    private static readonly string[] Others = ["amount", "account", "iban", "currency"];

    private readonly List<CaseOutcome> _outcomes = [];

    private OutcomeFile(string name) => Name = name;

    public string Name { get; }

    public IReadOnlyList<CaseOutcome> All => _outcomes;

    /// <summary>What was set aside, and why.</summary>
    public ReadReport Report { get; } = new();

    /// <summary>Whether the first line of a file names the columns of outcomes.</summary>
    public static bool Is(string path)
    {
        try
        {
            string name = Path.GetFileName(path);
            using FileStream stream = FileBytes.OpenRead(path);
            (FileKind kind, Stream content, _) = FileBytes.Recognize(stream, name);
            if (kind != FileKind.Text)
            {
                return false;
            }

            using var text = new CsvText(TextContent.Open(content, name), name);
            return text.Read() && AreColumns(text.Fields());
        }
        catch (PaymentFileException)
        {
            return false; // the reader of payments says what it is
        }
    }

    /// <summary>Reads a file; wrong rows are set aside.</summary>
    /// <param name="path">Plain, gzipped or zipped.</param>
    /// <param name="latest">The latest date that an outcome can have.</param>
    /// <exception cref="PaymentFileException">It is no such file, or broken.</exception>
    public static OutcomeFile Read(string path, DateTime latest)
    {
        var file = new OutcomeFile(Path.GetFileName(path));
        using var text = new CsvText(FileBytes.OpenText(path), file.Name);
        if (!text.Read() || !AreColumns(text.Fields()))
        {
            throw new PaymentFileException(
                file.Name, "expected the columns Alert ID or Payment ID, Outcome (true, false or open) and Date.");
        }

        string[] header = text.Fields();
        int alert = Find(header, Alerts),
            payment = Find(header, Payments),
            outcome = Find(header, Outcomes),
            date = Find(header, Dates);
        file.Report.Format = "outcomes";
        while (text.Read())
        {
            if (text.IsBlank)
            {
                file.Report.BlankLines++;
                continue;
            }

            if (file._outcomes.Count == MostOutcomes)
            {
                throw new PaymentFileException(file.Name, $"more than {MostOutcomes:N0} outcomes; split the file.");
            }

            RowProblem? problem = text.Width == header.Length
                ? file.Take(text, alert, payment, outcome, date, latest)
                : new RowProblem(text.Line, "", $"expected {header.Length} columns, found {text.Width}.");
            if (problem is not null)
            {
                file.Report.Add(problem);
            }
        }

        return file;
    }

    internal static bool AreColumns(IReadOnlyList<string> header) =>
        Find(header, Outcomes) >= 0 && Find(header, Dates) >= 0 && (Find(header, Alerts) >= 0 || Find(header, Payments) >= 0)
        && !header.Any(name => Others.Any(other => name.Contains(other, StringComparison.OrdinalIgnoreCase)));

    private RowProblem? Take(CsvText text, int alert, int payment, int outcome, int date, DateTime latest)
    {
        RowProblem Wrong(string column, string expected, ReadOnlySpan<char> found) =>
            new(text.Line, column, $"{expected}, found {Quote.Of(found)}.");
        ReadOnlySpan<char> alertText = alert < 0 ? [] : text[alert].Trim(), paymentText = payment < 0 ? [] : text[payment].Trim();
        bool isAlert = !alertText.IsEmpty;
        AlertId id = default;
        if (isAlert && !AlertId.TryParse(alertText, out id))
        {
            return Wrong("Alert ID", "expected an alert's 16 hexadecimal digits", alertText);
        }

        ulong key = isAlert ? id.Value : PaymentReference.Of(paymentText);
        if (!isAlert && key == 0)
        {
            return Wrong("Payment ID", "expected an alert's or a payment's identifier", paymentText);
        }

        if (!TryLabel(text[outcome].Trim(), out Label label))
        {
            return Wrong("Outcome", "expected true (laundering), false (licit) or open", text[outcome]);
        }

        if (!PaymentTimes.TryParse(text[date].Trim(), out DateTime decided, out _, out _))
        {
            return Wrong("Date", "expected a day with the year first, such as 2026-03-31", text[date]);
        }

        if (decided > latest || decided < PaymentDates.Earliest)
        {
            return Wrong("Date", "the date cannot be an outcome's; correct it, or this machine's clock", text[date])
                with
            { Fault = RowFault.ImpossibleDate };
        }

        var read = new CaseOutcome(text.Line, key, isAlert, label, decided);
        _outcomes.Add(read);
        Report.Rows++;
        Report.LaunderingRows += label == Label.Laundering ? 1 : 0;
        Report.UnlabelledRows += label == Label.Unknown ? 1 : 0;
        return null;
    }

    private static bool TryLabel(ReadOnlySpan<char> text, out Label label)
    {
        Span<char> lower = stackalloc char[24];
        int length = text.Length > lower.Length ? -1 : text.ToLowerInvariant(lower);
        Label? word = length < 0 ? null : lower[..length] switch
        {
            "sar" or "confirmed" or "laundering" or "suspicious" or "reported" or "true positive" => Label.Laundering,
            "cleared" or "licit" or "legitimate" or "false positive" or "dismissed" => Label.Legitimate,
            "open" or "pending" or "unknown" or "in review" => Label.Unknown,
            _ => null,
        };
        if (word is { } known)
        {
            label = known;
            return true;
        }

        return PaymentFields.TryLabel(text, out label) && label != Label.Unknown;
    }

    private static int Find(IReadOnlyList<string> header, string[] names)
    {
        for (int i = 0; i < header.Count; i++)
        {
            if (names.Contains(string.Concat(header[i].Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant()))
            {
                return i;
            }
        }

        return -1;
    }
}
