using Consortium.Learning.Payments.Iso20022;
using Consortium.Learning.Payments.Mapping;
using Consortium.Learning.Payments.Swift;

namespace Consortium.Learning.Payments;

/// <summary>
/// Streams payments from a file in AMLworld's columns (CSV or Parquet) or of messages (ISO 20022, SWIFT), told apart by the first
/// bytes.
/// </summary>
/// <remarks>
/// Rows come in the file's order, whatever their times; <see cref="ReadReport.OutOfOrderRows"/> counts those that go back in
/// time. Memory grows with the number of distinct accounts, not with rows.
/// </remarks>
public abstract class PaymentReader : IDisposable
{
    private const int BatchRows = 65_536;
    private const int SortedRunRows = 4_000_000;

    private readonly PaymentReadOptions _options;

    private protected PaymentReader(string file, PaymentReadOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxBadRows);
        File = file;
        _options = options;
        Accounts = options.Accounts ?? new AccountTable();
    }

    public AccountTable Accounts { get; }

    public ReadReport Report { get; } = new();

    /// <summary>The file's name, for messages.</summary>
    private protected string File { get; }

    /// <exception cref="PaymentFileException">The file is empty, of another kind, or lacks a column.</exception>
    public static PaymentReader Open(string path, PaymentReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new PaymentReadOptions();
        return Open(
            FileBytes.OpenRead(path), Path.GetFileName(path),
            options with { Partitions = PartitionsOf(Path.GetDirectoryName(Path.GetFullPath(path))) });
    }

    /// <summary>As above, from a stream that the reader takes over. Parquet needs one that can seek.</summary>
    public static PaymentReader Open(Stream stream, string name, PaymentReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= new PaymentReadOptions();
        try
        {
            (FileKind kind, Stream content, string packing) = FileBytes.Recognize(stream, name);
            return kind switch
            {
                FileKind.Parquet => new ParquetPaymentReader(content, name, options),
                FileKind.Xml => new IsoPaymentReader(content, name, options, packing),
                FileKind.Fin => new FinPaymentReader(content, name, options, packing),
                _ when options.Mapping is { } mapping => new MappedCsvReader(content, name, options, packing, mapping),
                _ => new CsvPaymentReader(content, name, options, packing),
            };
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads a whole file into memory in order of time, and what was met on the way.</summary>
    public static PaymentSet ReadAll(string path, PaymentReadOptions? options, out ReadReport report)
    {
        using PaymentReader reader = Open(path, options);
        report = reader.Report;
        return reader.ReadToEnd();
    }

    /// <summary>As above, where no row may be bad.</summary>
    public static PaymentSet ReadAll(string path) => ReadAll(path, null, out _);

    /// <summary>
    /// Fills <paramref name="destination"/> with the next rows and returns how many there were; 0 at the file's end.
    /// </summary>
    /// <exception cref="PaymentFileException">
    /// More rows are bad than the options allow, or the file's structure is broken.
    /// </exception>
    public abstract int Read(Span<Payment> destination);

    /// <summary>The remaining rows in order of time.</summary>
    public PaymentSet ReadToEnd()
    {
        var batches = new List<Payment[]>();
        int last;
        do
        {
            var batch = new Payment[BatchRows];
            batches.Add(batch);
            last = Fill(batch);
        }
        while (last == BatchRows);

        var rows = new Payment[(batches.Count - 1) * BatchRows + last];
        for (int i = 0; i < batches.Count; i++)
        {
            batches[i].AsSpan(0, i == batches.Count - 1 ? last : BatchRows).CopyTo(rows.AsSpan(i * BatchRows));
            batches[i] = [];
        }

        return new PaymentSet(rows, Accounts);
    }

    /// <summary>The remaining rows in order of time, holding at most <paramref name="rowsInMemory"/> of them.</summary>
    /// <param name="workFolder">Where sorted runs are kept meanwhile, in the clear, and deleted at the end.</param>
    /// <param name="rowsInMemory">Rows sorted at once, of 56 bytes each.</param>
    public IEnumerable<Payment> ReadInTimeOrder(string workFolder, int rowsInMemory = SortedRunRows)
    {
        ArgumentException.ThrowIfNullOrEmpty(workFolder);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rowsInMemory);
        return Sorted();

        IEnumerable<Payment> Sorted()
        {
            using var runs = new SortedRuns(workFolder);
            var run = new Payment[rowsInMemory];
            int filled;
            while ((filled = Fill(run)) > 0)
            {
                runs.Add(run.AsSpan(0, filled));
            }

            run = null;
            foreach (Payment payment in runs.Merge())
            {
                yield return payment;
            }
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    private protected abstract void Dispose(bool disposing);

    private protected PaymentParser ParserOf(bool hasLabels, bool hasSemicolons = false)
    {
        Report.HasLabels = hasLabels;
        return new PaymentParser(Accounts, _options, hasLabels, Report, hasSemicolons);
    }

    /// <summary>Notes what the amounts so far say of the decimal sign.</summary>
    /// <exception cref="PaymentFileException">They say that earlier ones were misread.</exception>
    private protected void CheckDecimalSign(PaymentParser parser)
    {
        Report.UndecidedPoints = parser.MisreadAmount is null ? parser.UndecidedPoints : 0;
        if (parser.MisreadAmount is { } misread)
        {
            throw new PaymentFileException(
                File,
                $"amounts such as {Quote.Of(misread)} were read with a decimal point, but a later amount has a decimal comma, so "
                    + "their points group thousands: export amounts with a decimal point and without grouped digits, or give a "
                    + "mapping with decimalSign and groupSign.");
        }
    }

    /// <summary>Names of folders such as <c>Payment Currency=EUR</c>, in which Hive, Spark and DuckDB keep a column.</summary>
    private static string[] PartitionsOf(string? folder) =>
        [.. (folder ?? "").Split(Path.DirectorySeparatorChar).Where(name => name.IndexOf('=', StringComparison.Ordinal) > 0)];

    /// <summary>Counts a bad row, and stops the read when there are more than the caller allows.</summary>
    private protected void Reject(RowProblem problem)
    {
        Report.Add(problem);
        if (problem.Fault == RowFault.Malformed && Report.BadRows > _options.MaxBadRows)
        {
            string limit = _options.MaxBadRows == 0
                ? "No bad row is allowed."
                : $"That is bad row {Report.BadRows}, and at most {_options.MaxBadRows} are allowed.";
            throw new PaymentFileException(File, $"{problem} {limit}");
        }
    }

    /// <summary>Fills the whole batch unless the file ends.</summary>
    private int Fill(Span<Payment> batch)
    {
        int filled = 0;
        while (filled < batch.Length)
        {
            int read = Read(batch[filled..]);
            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        return filled;
    }
}
