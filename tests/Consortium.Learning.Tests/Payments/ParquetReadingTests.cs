using System.Globalization;
using Consortium.Learning.Payments;
using CsCheck;
using ParquetSharp;

namespace Consortium.Learning.Tests.Payments;

public sealed class ParquetReadingTests
{
    private static readonly string[] Names =
    [
        "Timestamp", "From Bank", "Account", "To Bank", "Account.1", "Amount Received", "Receiving Currency", "Amount Paid",
        "Payment Currency", "Payment Format", "Is Laundering",
    ];

    private static readonly DateTime Time = new(2022, 9, 1, 0, 20, 30);

    [Fact]
    public void Read_TextColumns_SameRowsAsCsv() => Sample.Sets.Sample(sample =>
    {
        string[][] rows = [.. sample.Rows.Select(row => Fields(row, sample.Accounts))];
        using PaymentReader reader = PaymentReader.Open(
            Text(rows), "rows.parquet", new PaymentReadOptions { Accounts = sample.Accounts });

        Assert.Equal(sample.Rows, reader.Rows());
        Assert.True(reader.Report.HasLabels);
    }, iter: 40, threads: 1);

    [Fact]
    public void Read_ManyRowGroupsOfManyPages_EveryRowInOrder()
    {
        string[][] rows = [.. Enumerable.Range(0, 30_000).Select(i => Row(7, i.ToString(CultureInfo.InvariantCulture)))];
        using PaymentReader reader = PaymentReader.Open(Text(rows, rowsPerGroup: 11_000, pageSize: 700), "rows.parquet");

        Assert.Equal(Enumerable.Range(0, 30_000).Select(i => (decimal)i), reader.Rows().Select(row => row.AmountPaid));
    }

    [Fact]
    public void Read_BooleansInRunLengths_SameLabelsAsPlainOnes()
    {
        using PaymentReader reader = PaymentReader.Open(FileOf("bool-rle-v2.parquet"));

        Payment[] rows = reader.Rows();

        Assert.Equal(240, rows.Length);
        Assert.Equal(30, reader.Report.LaunderingRows);
        Assert.Equal(0, reader.Report.UnlabelledRows);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(240)]
    [InlineData(1_001)]
    public void Read_BooleansInRunLengths_AnyNumberOfRows(int count)
    {
        bool?[] labels = [.. Enumerable.Range(0, count).Select(i => (i % 5) switch { 0 => true, 3 => (bool?)null, _ => false })];
        using WriterPropertiesBuilder properties = new WriterPropertiesBuilder();
        properties.DataPageVersion(ParquetDataPageVersion.V2).DisableDictionary(Names[10]).Encoding(Names[10], Encoding.Rle);
        using PaymentReader reader = Typed(10, new Column<bool?>(Names[10]), labels, properties);

        Assert.Equal(
            labels.Select(label => label switch { true => Label.Laundering, false => Label.Legitimate, null => Label.Unknown }),
            reader.Rows().Select(row => row.Label));
    }

    [Fact]
    public void Read_InstantsWithoutAZone_AreUtcAndWarnedOf()
    {
        using PaymentReader reader = PaymentReader.Open(FileOf("utc.parquet"));

        reader.Rows();

        Assert.Contains(reader.Report.Warnings, warning => warning.Contains("--zone", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_InstantsWithAZone_AreItsClock()
    {
        using PaymentReader utc = PaymentReader.Open(FileOf("utc.parquet"));
        using PaymentReader zoned = PaymentReader.Open(FileOf("utc.parquet"), new PaymentReadOptions { Zone = Zone("+02:00") });

        Assert.Equal(utc.Rows().Select(row => row.Timestamp.AddHours(2)), zoned.Rows().Select(row => row.Timestamp));
        Assert.Empty(zoned.Report.Warnings);
    }

    [Theory]
    [InlineData(TimeUnit.Millis)]
    [InlineData(TimeUnit.Micros)]
    [InlineData(TimeUnit.Nanos)]
    public void Read_WallClockTimes_AnyUnit_AsTheyAre(TimeUnit unit)
    {
        long perSecond = unit switch { TimeUnit.Millis => 1_000, TimeUnit.Micros => 1_000_000, _ => 1_000_000_000 };
        long value = (Time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond * perSecond;
        using LogicalType type = LogicalType.Timestamp(isAdjustedToUtc: false, unit);
        using PaymentReader reader = Raw(0, PhysicalType.Int64, type, [value]);

        Assert.Equal(Time, Assert.Single(reader.Rows()).Timestamp);
        Assert.Empty(reader.Report.Warnings);
    }

    [Fact]
    public void Read_Days_AreMidnightAndWarnedOf()
    {
        using LogicalType type = LogicalType.Date();
        using PaymentReader reader = Raw(0, PhysicalType.Int32, type, [(Time - DateTime.UnixEpoch).Days]);

        Assert.Equal(Time.Date, Assert.Single(reader.Rows()).Timestamp);
        Assert.Single(reader.Report.Warnings);
    }

    [Fact]
    public void Read_Numbers_OfEveryKind_ExactAmounts()
    {
        Assert.Equal(12345678901234.56m, Amount(new Column<decimal>(Names[7], LogicalType.Decimal(20, 2)), 12345678901234.56m));
        Assert.Equal(1057.51m, Amount(new Column<decimal>(Names[7], LogicalType.Decimal(9, 2)), 1057.51m));
        Assert.Equal(1057.51m, Amount(new Column<double>(Names[7]), 1057.51));
        Assert.Equal(595.39m, Amount(new Column<float>(Names[7]), 595.39f));
        Assert.Equal(12m, Amount(new Column<long>(Names[7]), 12L));
        Assert.Equal(12m, Amount(new Column<byte>(Names[7]), (byte)12));
        Assert.Equal(4_294_967_295m, Amount(new Column<uint>(Names[7]), uint.MaxValue));

        static decimal Amount<T>(Column column, T value)
        {
            using PaymentReader reader = Typed(7, column, [value]);
            return Assert.Single(reader.Rows()).AmountPaid;
        }
    }

    [Fact]
    public void Read_AnyDouble_ItsShortestDecimal()
    {
        double[] values = [0, 0.1, 0.07, 1.005, 1057.5, 1e-7, 123456789012.34, 1e15, 0.30000000000000004, 99999999999999.98];
        using PaymentReader reader = Typed(7, new Column<double>(Names[7]), values);

        Assert.Equal(
            values.Select(
                value => decimal.Parse(
                    value.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture)),
            reader.Rows().Select(row => row.AmountPaid));
    }

    [Fact]
    public void Read_SmallFloats_WarnsOfRounding()
    {
        using PaymentReader reader = Typed(7, new Column<float>(Names[7]), [1234567.89f]);

        Assert.Contains("32-bit", Assert.Single(reader.Report.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BanksAsNumbers_WarnsOfLostZeros()
    {
        using PaymentReader reader = Typed(1, new Column<int>(Names[1]), [10]);

        Assert.Equal("10", reader.Accounts.BankOf(Assert.Single(reader.Rows()).From).Value);
        Assert.Contains("leading zeros", Assert.Single(reader.Report.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AccountsAsFloatingPoint_RejectedByColumnAndType()
    {
        using PaymentReader reader = Typed(2, new Column<double>(Names[2]), [4000000000770015d]);

        var error = Assert.Throws<PaymentFileException>(reader.Rows);

        Assert.Contains("column 'Account' has Parquet type Double; expected text or whole numbers", error.Message);
    }

    [Fact]
    public void Read_ListColumn_RejectedByName()
    {
        using PaymentReader reader = Typed(9, new Column<string[]>(Names[9]), [new[] { "Wire" }]);

        var error = Assert.Throws<PaymentFileException>(reader.Rows);

        Assert.Contains("not a list", error.Message);
        Assert.DoesNotContain("damaged", error.Message);
    }

    [Theory]
    [InlineData(Compression.Uncompressed)]
    [InlineData(Compression.Snappy)]
    [InlineData(Compression.Gzip)]
    [InlineData(Compression.Brotli)]
    [InlineData(Compression.Zstd)]
    [InlineData(Compression.Lz4)]
    public void Read_AnyCompression_SameRows(Compression compression)
    {
        using PaymentReader reader = PaymentReader.Open(
            Text([Row(7, "12.5"), Row(7, "13")], compression: compression), "rows.parquet");

        Assert.Equal([12.5m, 13m], reader.Rows().Select(row => row.AmountPaid));
    }

    [Fact]
    public void Read_LabelsOfNullType_AreUnknown()
    {
        using LogicalType text = LogicalType.String(), nothing = LogicalType.Null();
        using var schema = new ParquetSharp.Schema.GroupNode("schema", Repetition.Required, [.. Names.Select((name, i) =>
            new ParquetSharp.Schema.PrimitiveNode(
                name, Repetition.Optional, i == 10 ? nothing : text, i == 10 ? PhysicalType.Int32 : PhysicalType.ByteArray))]);
        var stream = new MemoryStream();
        using (var writer = new ParquetFileWriter(stream, schema, WriterProperties.GetDefaultWriterProperties(), leaveOpen: true))
        {
            using RowGroupWriter group = writer.AppendRowGroup();
            foreach (string cell in Sample.Row.Split(',')[..10])
            {
                using LogicalColumnWriter<string> strings = group.NextColumn().LogicalWriter<string>();
                strings.WriteBatch([cell, cell]);
            }

            ((ColumnWriter<int>)group.NextColumn()).WriteBatch(2, [0, 0], null, []);
            writer.Close();
        }

        stream.Position = 0;
        using PaymentReader reader = PaymentReader.Open(stream, "nulls.parquet");

        Assert.Equal([Label.Unknown, Label.Unknown], reader.Rows().Select(row => row.Label));
    }

    [Fact]
    public void Open_WithoutFooter_IsIncomplete()
    {
        byte[] whole = Text([Row(7, "1")]).ToArray();

        var error = Assert.Throws<PaymentFileException>(() => PaymentReader.Open(new MemoryStream(whole[..^9]), "half.parquet"));

        Assert.True(error.IsIncomplete);
        Assert.Contains("no footer", error.Message);
    }

    [Fact]
    public void Open_MissingColumn_NamesIt()
    {
        var error = Assert.Throws<PaymentFileException>(() => PaymentReader.Open(
            Written([new Column<string>("Timestamp"), new Column<string>("Other")], [new[] { "x" }, new[] { "x" }]),
            "short.parquet"));

        Assert.Contains("column 'From Bank' is missing; the header has 'Timestamp', 'Other'", error.Message);
    }

    [Fact]
    public void Read_BadRows_ReportedByRow()
    {
        using PaymentReader reader = PaymentReader.Open(
            Text([Row(7, "1"), Row(7, "-1")]), "rows.parquet", new PaymentReadOptions { MaxBadRows = 1 });

        Assert.Single(reader.Rows());
        Assert.Equal(
            "line 2, Amount Paid: an amount must not be negative, found '-1'.", Assert.Single(reader.Report.Problems).ToString());
    }

    [Fact]
    public void Open_MutatedFile_ReadOrRejected()
    {
        byte[] good = Text([.. Enumerable.Range(0, 40).Select(i => Row(7, i.ToString(CultureInfo.InvariantCulture)))]).ToArray();

        Gen.Select(Gen.Int[4, good.Length - 1], Gen.Byte, Gen.Int[0, 8]).Sample((at, value, run) =>
        {
            byte[] bytes = [.. good];
            bytes.AsSpan(at, Math.Min(run + 1, bytes.Length - at)).Fill(value);
            try
            {
                using var reader = PaymentReader.Open(
                    new MemoryStream(bytes), "mutated.parquet", new PaymentReadOptions { MaxBadRows = 99 });
                reader.Rows();
            }
            catch (PaymentFileException)
            {
                // Rejected by name.
            }
        }, iter: 3_000, threads: 1);
    }

    private static string FileOf(string name) => Path.Combine(AppContext.BaseDirectory, "Payments", "Files", name);

    private static TimeZoneInfo Zone(string name) =>
        PaymentZone.TryParse(name, out TimeZoneInfo zone) ? zone : throw new ArgumentException(name);

    private static string[] Row(int field, string text)
    {
        string[] fields = Sample.Row.Split(',');
        fields[field] = text;
        return fields;
    }

    private static string[] Fields(Payment row, AccountTable accounts) =>
    [
        row.Timestamp.ToString("yyyy/MM/dd HH:mm:ss", CultureInfo.InvariantCulture), accounts.BankOf(row.From).Value,
        accounts.NumberOf(row.From),
        accounts.BankOf(row.To).Value, accounts.NumberOf(row.To), row.AmountReceived.ToString(CultureInfo.InvariantCulture),
        Currencies.NameOf(row.ReceivingCurrency), row.AmountPaid.ToString(CultureInfo.InvariantCulture),
        Currencies.NameOf(row.PaymentCurrency),
        PaymentFormats.NameOf(row.PaymentFormat),
        row.Label == Label.Unknown ? "" : ((int)row.Label).ToString(CultureInfo.InvariantCulture),
    ];

    private static MemoryStream Text(
        string[][] rows, int rowsPerGroup = 100_000, int pageSize = 1 << 20, Compression compression = Compression.Snappy)
    {
        using var properties = new WriterPropertiesBuilder();
        properties.DataPagesize(pageSize).Compression(compression);
        return Written(
            [.. Names.Select(name => new Column<string>(name))],
            [.. Names.Select((_, column) => rows.Select(row => row[column]).ToArray())], properties, rowsPerGroup);
    }

    /// <summary>The sample row with one column of a type of its own.</summary>
    private static PaymentReader Typed<T>(int place, Column column, T[] values, WriterPropertiesBuilder? properties = null)
    {
        Column[] columns = [.. Names.Select((name, i) => i == place ? column : new Column<string>(name))];
        Array[] cells =
            [.. Sample.Row.Split(',').Select(
                (text, i) => i == place ? (Array)values : Enumerable.Repeat(text, values.Length).ToArray())];
        return PaymentReader.Open(Written(columns, cells, properties), "typed.parquet");
    }

    private static PaymentReader Raw<T>(int place, PhysicalType physical, LogicalType logical, T[] values)
        where T : unmanaged
    {
        using LogicalType text = LogicalType.String();
        using var schema = new ParquetSharp.Schema.GroupNode("schema", Repetition.Required, [.. Names.Select((name, i) =>
            new ParquetSharp.Schema.PrimitiveNode(
                name, i == place ? Repetition.Required : Repetition.Optional, i == place ? logical : text,
                i == place ? physical : PhysicalType.ByteArray))]);
        var stream = new MemoryStream();
        using (var writer = new ParquetFileWriter(stream, schema, WriterProperties.GetDefaultWriterProperties(), leaveOpen: true))
        {
            using RowGroupWriter group = writer.AppendRowGroup();
            string[] row = Sample.Row.Split(',');
            for (int i = 0; i < Names.Length; i++)
            {
                using ColumnWriter column = group.NextColumn();
                if (i == place)
                {
                    ((ColumnWriter<T>)column).WriteBatch(values);
                }
                else
                {
                    using LogicalColumnWriter<string> strings = column.LogicalWriter<string>();
                    strings.WriteBatch([.. Enumerable.Repeat(row[i], values.Length)]);
                }
            }

            writer.Close();
        }

        stream.Position = 0;
        return PaymentReader.Open(stream, "raw.parquet");
    }

    private static MemoryStream Written(
        Column[] columns, Array[] cells, WriterPropertiesBuilder? builder = null, int rowsPerGroup = 100_000)
    {
        var stream = new MemoryStream();
        using WriterProperties properties = builder?.Build() ?? WriterProperties.GetDefaultWriterProperties();
        using (var writer = new ParquetFileWriter(stream, columns, null, properties, leaveOpen: true))
        {
            int rows = cells[0].Length;
            for (int start = 0; start < rows; start += rowsPerGroup)
            {
                using RowGroupWriter group = writer.AppendRowGroup();
                int count = Math.Min(rowsPerGroup, rows - start);
                foreach (Array values in cells)
                {
                    using ColumnWriter column = group.NextColumn();
                    using LogicalColumnWriter logical = column.LogicalWriter();
                    logical.Apply(new Writing(values, start, count));
                }
            }

            writer.Close();
        }

        stream.Position = 0;
        return stream;
    }

    private sealed class Writing(Array values, int start, int count) : ILogicalColumnWriterVisitor<bool>
    {
        public bool OnLogicalColumnWriter<TValue>(LogicalColumnWriter<TValue> columnWriter)
        {
            columnWriter.WriteBatch(((TValue[])values).AsSpan(start, count));
            return true;
        }
    }
}
