using System.Globalization;
using Consortium.Learning.Payments;
using CsCheck;
using Parquet;
using Parquet.Schema;

namespace Consortium.Learning.Tests.Payments;

public sealed class ParquetReadingTests
{
    [Fact]
    public void Read_TextColumns_SameRowsAsCsv() => Sample.Sets.Sample(sample =>
    {
        string[][] rows = [.. sample.Rows.Select(row => Fields(row, sample.Accounts))];
        DataField[] fields = [.. Names.Select(name => new DataField<string>(name))];
        using var reader = PaymentReader.Open(
            Write(fields, rows.Length, (group, i) => group.WriteAsync(fields[i], rows.Select(row => row[i]).ToArray())),
            "rows.parquet", new PaymentReadOptions { Accounts = sample.Accounts });

        Assert.Equal(sample.Rows, reader.Rows());
        Assert.True(reader.Report.HasLabels);
    }, iter: 40, threads: 1);

    [Fact]
    public void Read_TypedColumns_SameRowsAsCsv()
    {
        DataField[] fields =
        [
            new DateTimeDataField(Names[0], DateTimeFormat.DateAndTimeMicros), new DataField<string>(Names[1]), new DataField<string>(Names[2]),
            new DataField<string>(Names[3]), new DataField<string>(Names[4]), new DecimalDataField(Names[5], 20, 2), new DataField<string>(Names[6]),
            new DataField<double>(Names[7]), new DataField<string>(Names[8]), new DataField<string>(Names[9]), new DataField<int>(Names[10]),
        ];
        DateTime[] times = [new(2022, 9, 1, 0, 20, 0), new(2022, 9, 1, 0, 21, 30)];
        decimal[] received = [0.01m, 12345678901234.56m];
        double[] paid = [3697.34, 0.1];
        int[] labels = [1, 0];
        using var reader = PaymentReader.Open(
            Write(fields, 2, (group, i) => i switch
            {
                0 => group.WriteAsync<DateTime>(fields[i], times),
                5 => group.WriteAsync<decimal>(fields[i], received),
                7 => group.WriteAsync<double>(fields[i], paid),
                10 => group.WriteAsync<int>(fields[i], labels),
                _ => group.WriteAsync(fields[i], Enumerable.Repeat(Sample.Row.Split(',')[i], 2).ToArray()),
            }),
            "typed.parquet");
        using PaymentReader csv = Sample.Open(Sample.File(
            Sample.Row, "2022/09/01 00:21:30,010,8000EBD30,03208,8000F4580,12345678901234.56,US Dollar,0.1,Euro,Credit Card,0"));

        string[] expected = [.. csv.Rows().Select(row => Sample.Describe(row, csv.Accounts))];

        Assert.Equal(expected, reader.Rows().Select(row => Sample.Describe(row, reader.Accounts)));
    }

    [Fact]
    public void Open_MissingColumn_NamesIt()
    {
        DataField[] fields = [new DataField<string>("Timestamp"), new DataField<string>("Other")];

        var error = Assert.Throws<PaymentFileException>(() => PaymentReader.Open(
            Write(fields, 1, (group, i) => group.WriteAsync(fields[i], new[] { "x" })), "short.parquet"));

        Assert.Contains("column 'From Bank' is missing; the header has 'Timestamp', 'Other'", error.Message);
    }

    [Fact]
    public void Read_BadRows_ReportedByRow()
    {
        string[][] rows = [Sample.Row.Split(','), Sample.Row.Replace("3697.34", "-1", StringComparison.Ordinal).Split(',')];
        DataField[] fields = [.. Names.Select(name => new DataField<string>(name))];
        using var reader = PaymentReader.Open(
            Write(fields, 2, (group, i) => group.WriteAsync(fields[i], rows.Select(row => row[i]).ToArray())),
            "rows.parquet", new PaymentReadOptions { MaxBadRows = 1 });

        Assert.Single(reader.Rows());
        Assert.Equal("line 2, Amount Paid: an amount must not be negative, found '-1'.", Assert.Single(reader.Report.Problems).ToString());
    }

    [Fact]
    public void Open_DamagedFile_SaysSo()
    {
        DataField[] fields = [.. Names.Select(name => new DataField<string>(name))];
        byte[] good = ((MemoryStream)Write(fields, 1, (group, i) => group.WriteAsync(fields[i], new[] { Sample.Row.Split(',')[i] }))).ToArray();

        Gen.Select(Gen.Int[4, good.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            byte[] bytes = [.. good];
            bytes[at] = value;
            try
            {
                using var reader = PaymentReader.Open(new MemoryStream(bytes), "damaged.parquet", new PaymentReadOptions { MaxBadRows = 9 });
                reader.Rows();
            }
            catch (PaymentFileException)
            {
                // Said so.
            }
        }, iter: 300);
    }

    private static readonly string[] Names =
    [
        "Timestamp", "From Bank", "Account", "To Bank", "Account.1", "Amount Received", "Receiving Currency", "Amount Paid",
        "Payment Currency", "Payment Format", "Is Laundering",
    ];

    private static string[] Fields(Payment row, AccountTable accounts) =>
    [
        row.Timestamp.ToString("yyyy/MM/dd HH:mm:ss", CultureInfo.InvariantCulture), accounts.BankOf(row.From).Value, accounts.NumberOf(row.From),
        accounts.BankOf(row.To).Value, accounts.NumberOf(row.To), row.AmountReceived.ToString(CultureInfo.InvariantCulture),
        Currencies.NameOf(row.ReceivingCurrency), row.AmountPaid.ToString(CultureInfo.InvariantCulture), Currencies.NameOf(row.PaymentCurrency),
        PaymentFormats.NameOf(row.PaymentFormat), row.Label == Label.Unknown ? "" : ((int)row.Label).ToString(CultureInfo.InvariantCulture),
    ];

    private static Stream Write(DataField[] fields, int rows, Func<ParquetRowGroupWriter, int, Task> writeColumn)
    {
        var stream = new MemoryStream();
        WriteAsync().GetAwaiter().GetResult();
        stream.Position = 0;
        return stream;

        async Task WriteAsync()
        {
            await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream);
            if (rows == 0)
            {
                return;
            }

            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            for (int i = 0; i < fields.Length; i++)
            {
                await writeColumn(group, i);
            }
        }
    }
}
