using System.Globalization;
using Consortium.Learning.Payments;
using Consortium.Learning.Payments.Mapping;
using Consortium.Learning.Payments.Outcomes;
using Consortium.Learning.Tests.Payments.Messages;
using ParquetSharp;
using Encoding = System.Text.Encoding;

#pragma warning disable RS0030 // mutations are drawn from a seed

namespace Consortium.Learning.Tests.Payments;

/// <summary>
/// Mutated files of every format: each is read, perhaps with rows set aside, or rejected with a reason; memory stays bounded.
/// CONSORTIUM_FUZZED_FILES=100000 is the long run.
/// </summary>
public sealed class FuzzedFilesTests
{
    private const long MostAllocated = 96L << 20;

    private static readonly int Files = int.Parse(
        Environment.GetEnvironmentVariable("CONSORTIUM_FUZZED_FILES") ?? "250", CultureInfo.InvariantCulture);

    private static readonly int Seed = int.Parse(
        Environment.GetEnvironmentVariable("CONSORTIUM_SEED") ?? "1", CultureInfo.InvariantCulture);

    public static TheoryData<string> Formats =>
    [
        "csv", "gzip", "parquet", "parquet-dictionary", "mapped", "pacs.008", "pacs.009", "pain.001", "camt.053", "camt.054",
        "MT103",
        "MT940", "mapping.json", "outcomes",
    ];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_Mutated_ReadOrRejectedInBoundedMemory(string format)
    {
        byte[] whole = Whole(format);
        var random = new Random(Seed);
        string folder = Directory.CreateTempSubdirectory("consortium-fuzz-").FullName;
        int rejected = 0;
        try
        {
            Assert.Null(Read(format, whole, folder));
            for (int file = 0; file < Files; file++)
            {
                byte[] mutated = Mutate(whole, random);
                long before = GC.GetAllocatedBytesForCurrentThread();
                Exception? outcome = Read(format, mutated, folder);
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                if (outcome is not (null or PaymentFileException) || allocated > MostAllocated)
                {
                    string kept = Path.Combine(Path.GetTempPath(), $"consortium-fuzz-{format}-{Seed}-{file}");
                    File.WriteAllBytes(kept, mutated);
                    Assert.Fail($"{kept}: {allocated >> 20} MiB, {outcome}");
                }

                rejected += outcome is null ? 0 : 1;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Assert.InRange(rejected, format is "csv" or "mapped" or "outcomes" or "MT940" ? 0 : 1, Files);
    }

    /// <summary>
    /// A page's header may claim any size; the library would allocate it before it finds that the bytes are not there.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_ParquetThatClaimsHugePages_RejectedBeforeTheyAreAllocated(bool isDictionary)
    {
        byte[] file = Whole(isDictionary ? "parquet-dictionary" : "parquet");
        long peak = Peak();
        int rejected = 0;
        for (int at = 4; at < Math.Min(file.Length - 16, 3_000); at += 3)
        {
            // The largest number of 32 bits, as Thrift writes it.
            byte[] mutated = [.. file[..at], 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, .. file[(at + 5)..]];
            rejected += Read("parquet", mutated, "") is PaymentFileException ? 1 : 0;
        }

        Assert.True(rejected > 100);
        Assert.InRange(Peak() - peak, 0, 400L << 20);
    }

    private static long Peak()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }

    private static Exception? Read(string format, byte[] file, string folder)
    {
        try
        {
            switch (format)
            {
                case "mapping.json":
                    MappingText.Parse(file, "mapping.json");
                    return null;
                case "outcomes":
                    string path = Path.Combine(folder, "outcomes.csv");
                    File.WriteAllBytes(path, file);
                    OutcomeFile.Is(path);
                    OutcomeFile.Read(path, new DateTime(2030, 1, 1));
                    return null;
            }

            using var reader = PaymentReader.Open(
                new MemoryStream(file), format,
                new PaymentReadOptions { MaxBadRows = long.MaxValue, Mapping = format == "mapped" ? Mapping() : null });
            var batch = new Payment[64];
            while (reader.Read(batch) > 0)
            {
            }

            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    private static byte[] Whole(string format)
    {
        PaymentSet set = Simulated.Set;
        Payment[] payments = set.Payments[..40].ToArray();
        (AccountTable accounts, Payment[] withBics) = FinFile.WithBics(set);
        return format switch
        {
            "csv" => Csv(payments),
            "gzip" => Sample.Gzip(Encoding.UTF8.GetString(Csv(payments))),
            "parquet" => Parquet(payments, useDictionary: false),
            "parquet-dictionary" => Parquet(payments, useDictionary: true),
            "mapped" => Csv(payments),
            "pacs.008" => Encoding.UTF8.GetBytes(IsoFile.Pacs008(payments, set.Accounts)),
            "pacs.009" => Encoding.UTF8.GetBytes(IsoFile.Pacs009(payments, set.Accounts)),
            "pain.001" => Encoding.UTF8.GetBytes(IsoFile.Pain001(payments, set.Accounts)),
            "camt.053" => Encoding.UTF8.GetBytes(IsoFile.Statements(payments, set.Accounts, isNotification: false)),
            "camt.054" => Encoding.UTF8.GetBytes(IsoFile.Statements(payments, set.Accounts, isNotification: true)),
            "MT103" => Encoding.UTF8.GetBytes(FinFile.Mt103(withBics.AsSpan(0, 40), accounts)),
            "MT940" => Encoding.UTF8.GetBytes(FinFile.Mt940(withBics[..40], accounts)),
            "mapping.json" => Encoding.UTF8.GetBytes(MappingJson),
            _ => "Alert ID,Payment ID,Outcome,Date\n4f1c0a9be2d07713,,true,2026-01-31\n,P1,open,2026-01-31\n"u8.ToArray(),
        };
    }

    private const string MappingJson = """
        {"columns": {"time": "Timestamp", "fromBank": "From Bank", "fromAccount": 3, "toBank": "To Bank", "toAccount": 5,
          "amountPaid": "Amount Paid", "paymentCurrency": "Payment Currency", "amountReceived": "Amount Received",
          "receivingCurrency": "Receiving Currency", "format": "Payment Format", "label": "Is Laundering"},
         "timeFormat": "yyyy/MM/dd HH:mm", "zone": "UTC", "decimalSign": ".", "labels": {"laundering": ["1"], "licit": ["0"]},
         "formats": {"ACH": "ACH", "*": "Wire"}}
        """;

    private static PaymentMapping Mapping() => MappingText.Parse(Encoding.UTF8.GetBytes(MappingJson), "mapping.json");

    private static byte[] Csv(Payment[] payments)
    {
        var stream = new MemoryStream();
        using (var writer = new PaymentWriter(stream, Simulated.Set.Accounts, writeHeader: true))
        {
            writer.Write(payments);
        }

        return stream.ToArray();
    }

    private static byte[] Parquet(Payment[] payments, bool useDictionary)
    {
        AccountTable accounts = Simulated.Set.Accounts;
        string[] names =
        [
            "Timestamp", "From Bank", "Account", "To Bank", "Account.1", "Amount Received", "Receiving Currency", "Amount Paid",
            "Payment Currency", "Payment Format", "Is Laundering",
        ];
        string[][] columns = [.. names.Select(_ => new string[payments.Length])];
        for (int row = 0; row < payments.Length; row++)
        {
            Payment payment = payments[row];
            string[] cells =
            [
                payment.Timestamp.ToString("yyyy/MM/dd HH:mm", CultureInfo.InvariantCulture), accounts.BankOf(payment.From).Value,
                accounts.NumberOf(payment.From), accounts.BankOf(payment.To).Value, accounts.NumberOf(payment.To),
                payment.AmountReceived.ToString(CultureInfo.InvariantCulture), Currencies.NameOf(payment.ReceivingCurrency),
                payment.AmountPaid.ToString(CultureInfo.InvariantCulture), Currencies.NameOf(payment.PaymentCurrency),
                PaymentFormats.NameOf(payment.PaymentFormat), "0",
            ];
            for (int i = 0; i < names.Length; i++)
            {
                columns[i][row] = cells[i];
            }
        }

        var stream = new MemoryStream();
        using var builder = new WriterPropertiesBuilder();
        using WriterProperties properties =
            (useDictionary ? builder.EnableDictionary() : builder.DisableDictionary()).Compression(Compression.Snappy).Build();
        using (var writer = new ParquetFileWriter(
            stream, [.. names.Select(name => (Column)new Column<string>(name))], null, properties, leaveOpen: true))
        {
            using RowGroupWriter group = writer.AppendRowGroup();
            foreach (string[] column in columns)
            {
                using LogicalColumnWriter<string> cells = group.NextColumn().LogicalWriter<string>();
                cells.WriteBatch(column);
            }

            writer.Close();
        }

        return stream.ToArray();
    }

    /// <summary>One to four changes: bytes, pieces that are cut out, doubled, moved or filled, and the end cut off.</summary>
    private static byte[] Mutate(byte[] whole, Random random)
    {
        var bytes = new List<byte>(whole);
        for (int change = random.Next(1, 5); change > 0 && bytes.Count > 8; change--)
        {
            int at = random.Next(bytes.Count), length = random.Next(1, Math.Min(64, bytes.Count - at) + 1);
            switch (random.Next(8))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                case 5:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 2_000)));
                    break;
                case 6:
                    bytes[at] = (byte)"0123456789<>&;\"'{}:/-,.\n\0"[random.Next(25)];
                    break;
                default:
                    bytes.RemoveRange(at, random.Next(4) == 0 ? bytes.Count - at : length);
                    break;
            }
        }

        return [.. bytes];
    }
}
