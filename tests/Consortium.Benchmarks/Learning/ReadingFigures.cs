using System.Diagnostics;
using System.IO.Compression;
using System.Xml;
using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;
using Consortium.Learning.Tests.Payments.Messages;
using Consortium.Participant.Data;
using DuckDB.NET.Data;
using ParquetSharp;

namespace Consortium.Benchmarks.Learning;

/// <summary>
/// How fast a bank's files are read, one thread, and how fast its daemon is ready again with payments behind it.
/// </summary>
internal static class ReadingFigures
{
    private const int BatchRows = 16_384;
    private const int MessagePayments = 100_000;
    private const long RestartPayments = 1_000_000;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(9);

    public static void Measure(FigureReport report, FigureOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("consortium-figures-").FullName;
        try
        {
            PaymentSet set = Simulator.Run(new SimulationPlan()).Set;
            report.Add("reading_rows", set.Count, "payments in each file");
            if (options.Only is null or "files")
            {
                MeasureFiles(report, set, folder);
            }

            if (options.Only is null or "restart")
            {
                MeasureRestart(report, set, folder, options.Rows ?? RestartPayments);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void MeasureFiles(FigureReport report, PaymentSet set, string folder)
    {
        string csv = Path.Combine(folder, "payments.csv"),
            packed = csv + ".gz",
            parquet = Path.Combine(folder, "payments.parquet");
        using (var writer = new PaymentWriter(csv, set.Accounts))
        {
            writer.Write(set.Payments);
        }

        using (FileStream source = File.OpenRead(csv))
        using (var gzip = new GZipStream(File.Create(packed), CompressionLevel.Optimal))
        {
            source.CopyTo(gzip);
        }

        WriteParquet(parquet, set);
        Benchmarks.Measure.PinToOneProcessor();
        report.Add("csv_rows_per_s", RowsPerSecond(csv), ">= 4,000,000");
        report.Add("gzip_rows_per_s", RowsPerSecond(packed));
        report.Add("parquet_rows_per_s", RowsPerSecond(parquet));
        report.Add("duckdb_csv_rows_per_s", set.Count / DuckDbSeconds(csv), "csv_rows_per_s within 1.5 times of it");
        MeasureMessages(report, set, folder);
    }

    /// <summary>
    /// A message of the first payments, beside the framework's reader going through the same file and doing nothing.
    /// </summary>
    private static void MeasureMessages(FigureReport report, PaymentSet set, string folder)
    {
        string pacs = Path.Combine(folder, "pacs008.xml");
        int payments = Math.Min(set.Count, MessagePayments);
        File.WriteAllText(pacs, IsoFile.Pacs008(set.Payments[..payments], set.Accounts));
        report.Add("pacs008_bytes_per_payment", (double)new FileInfo(pacs).Length / payments);
        report.Add("pacs008_payments_per_s", RowsPerSecond(pacs), ">= 200,000");
        double seconds = Benchmarks.Measure.MedianSeconds(
            () =>
            {
                using XmlReader reader = XmlReader.Create(pacs, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
                while (reader.Read())
                {
                }
            },
            Budget);
        report.Add("pacs008_xmlreader_per_s", payments / seconds, "the framework's reader alone");
    }

    private static double RowsPerSecond(string path)
    {
        var batch = new Payment[BatchRows];
        long rows = 0;
        double seconds = Benchmarks.Measure.MedianSeconds(
            () =>
            {
                using PaymentReader reader = PaymentReader.Open(path);
                while (reader.Read(batch) > 0)
                {
                }

                rows = reader.Report.Rows;
            },
            Budget);
        return rows / seconds;
    }

    /// <summary>Seconds that DuckDB takes to read the same file into a table, its types given, on one thread.</summary>
    private static double DuckDbSeconds(string csv)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        Execute("SET threads = 1");
        return Benchmarks.Measure.MedianSeconds(
            () => Execute($$"""
                CREATE OR REPLACE TABLE payments AS SELECT * FROM read_csv('{{csv}}', header = true, delim = ',', timestampformat = '%Y/%m/%d %H:%M',
                    columns = {'time': 'TIMESTAMP', 'from_bank': 'VARCHAR', 'from_account': 'VARCHAR', 'to_bank': 'VARCHAR', 'to_account': 'VARCHAR',
                        'received': 'DECIMAL(18, 8)', 'received_in': 'VARCHAR', 'paid': 'DECIMAL(18, 8)', 'paid_in': 'VARCHAR', 'format': 'VARCHAR',
                        'label': 'TINYINT'})
                """),
            Budget);

        void Execute(string sql)
        {
            using DuckDBCommand command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    private static void WriteParquet(string path, PaymentSet set)
    {
        Column[] columns =
        [
            new Column<DateTime>("Timestamp", LogicalType.Timestamp(isAdjustedToUtc: false, TimeUnit.Micros)),
            new Column<string>("From Bank"),
            new Column<string>("Account"), new Column<string>("To Bank"), new Column<string>("Account.1"),
            new Column<double>("Amount Received"),
            new Column<string>("Receiving Currency"), new Column<double>("Amount Paid"), new Column<string>("Payment Currency"),
            new Column<string>("Payment Format"), new Column<int>("Is Laundering"),
        ];
        Payment[] rows = set.Payments.ToArray();
        AccountTable accounts = set.Accounts;
        using var writer = new ParquetFileWriter(path, columns, ParquetSharp.Compression.Snappy);
        using RowGroupWriter group = writer.AppendRowGroup();
        Write(row => row.Timestamp);
        Write(row => accounts.BankOf(row.From).Value);
        Write(row => accounts.NumberOf(row.From));
        Write(row => accounts.BankOf(row.To).Value);
        Write(row => accounts.NumberOf(row.To));
        Write(row => (double)row.AmountReceived);
        Write(row => Currencies.NameOf(row.ReceivingCurrency));
        Write(row => (double)row.AmountPaid);
        Write(row => Currencies.NameOf(row.PaymentCurrency));
        Write(row => PaymentFormats.NameOf(row.PaymentFormat));
        Write(row => row.Label == Label.Laundering ? 1 : 0);
        writer.Close();

        void Write<T>(Func<Payment, T> value)
        {
            using LogicalColumnWriter<T> column = group.NextColumn().LogicalWriter<T>();
            column.WriteBatch(Array.ConvertAll(rows, row => value(row)));
        }
    }

    /// <summary>
    /// The largest bank's payments, repeated year after year until there are so many, saved, and loaded as its daemon does.
    /// </summary>
    private static void MeasureRestart(FigureReport report, PaymentSet set, string folder, long payments)
    {
        BankView view = BankView.Split(set).MaxBy(bank => bank.Count)!;
        string path = Path.Combine(folder, "history.csv"), reading = Path.Combine(folder, "reading");
        long written = 0;
        using (var writer = new PaymentWriter(path, view.Accounts))
        {
            for (int time = 0; written < payments; time++)
            {
                foreach (ref readonly Payment payment in view.Payments)
                {
                    if (written++ < payments)
                    {
                        writer.Write(payment with { Timestamp = payment.Timestamp.AddDays(180 * time).AddYears(-40) });
                    }
                }
            }
        }

        var data = new BankData(view.Bank, lateWindow: TimeSpan.FromDays(3));
        long start = Stopwatch.GetTimestamp();
        data.Add([path]);
        report.Add("restart_payments", payments);
        report.Add("restart_owned", data.Rows);
        report.Add("read_again_s", Stopwatch.GetElapsedTime(start).TotalSeconds, "what a restart took without saved data");
        start = Stopwatch.GetTimestamp();
        new BankStore(reading).Save(data);
        report.Add("save_s", Stopwatch.GetElapsedTime(start).TotalSeconds);
        report.Add("saved_bytes", new DirectoryInfo(reading).EnumerateFiles().Sum(file => file.Length));
        int rows = data.Rows;
        data = null;
        GC.Collect();
        start = Stopwatch.GetTimestamp();
        BankData loaded = new BankStore(reading).Load(
            1, view.Bank, () => new BankData(view.Bank, lateWindow: TimeSpan.FromDays(3)))!;
        report.Add("restart_s", Stopwatch.GetElapsedTime(start).TotalSeconds, "<= 20 with 10,000,000 payments (--rows 10000000)");
        if (loaded.Rows != rows)
        {
            throw new InvalidOperationException($"{loaded.Rows} rows were loaded, {rows} saved.");
        }
    }
}
