using System.Globalization;
using System.Text;
using Consortium.Learning.Payments;
using Consortium.Learning.Payments.Mapping;
using Consortium.Learning.Tests.Payments.Messages;
using ParquetSharp;
using Encoding = System.Text.Encoding;

namespace Consortium.Learning.Tests.Payments.Mapping;

/// <summary>Files in a bank's own columns, read by a mapping as the same payments as their AMLworld form.</summary>
public sealed class MappingTests : IDisposable
{
    private const string Columns =
        """
        "columns": {"time": "When", "fromBank": "Sender BIC", "fromAccount": "Sender IBAN", "toBank": "Receiver BIC",
          "toAccount": "Receiver IBAN", "amount": "Betrag", "currency": "Ccy", "format": "Typ", "label": "Case", "paymentId": "Id"}
        """;

    private const string Header = "Id;When;Sender BIC;Sender IBAN;Receiver BIC;Receiver IBAN;Betrag;Ccy;Typ;Case\n";
    private const string Row = "P1;02.03.2026 09:15;COBADEFF;A1;UBSWCHZH;B1;1.234,50;EUR;SEPA;SAR filed\n";
    private const string Expected = "2026-03-02T09:15:00 COBADEFF:A1 UBSWCHZH:B1 1234.50 1 1234.50 1 Ach Laundering";

    private const string Whole = "{" + Columns + """
        , "timeFormat": "dd.MM.yyyy HH:mm", "decimalSign": ",", "groupSign": ".", "labels": {"laundering": ["SAR filed"],
          "licit": ["cleared"], "unknown": ["", "open"]}, "formats": {"sepa": "ACH", "*": "Wire"}}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("consortium-mapping-");

    [Fact]
    public void Read_OwnColumns_ThePayments()
    {
        (string[] rows, ReadReport report, ulong[] references) = Read(
            Whole, Header + Row + Row.Replace("SAR filed", "", StringComparison.Ordinal)
                + Row.Replace("SAR filed", "Cleared", StringComparison.Ordinal).Replace("SEPA", "X", StringComparison.Ordinal));

        Assert.Equal(
            [
                Expected, Expected.Replace("Laundering", "Unknown", StringComparison.Ordinal),
                Expected.Replace("Ach Laundering", "Wire Legitimate", StringComparison.Ordinal),
            ],
            rows);
        Assert.Equal("csv, semicolon-separated, mapped", report.Format);
        Assert.All(references, reference => Assert.Equal(PaymentReference.Of("P1"), reference));
    }

    [Theory]
    [InlineData("SAR filed", "maybe", "expected one of the mapping's labels", "Is Laundering")]
    [InlineData("02.03.2026", "2026-03-02", "expected a time as dd.MM.yyyy HH:mm", "Timestamp")]
    [InlineData("1.234,50", "1 234,50", "',' as the decimal sign and '.' between groups", "Amount Received")]
    [InlineData("1.234,50", "12.50", "'.' between groups of three", "Amount Received")]
    [InlineData("1.234,50", "1234.567,50", "'.' between groups of three", "Amount Received")]
    [InlineData("1.234,50", "1.234,5.0", "',' as the decimal sign", "Amount Received")]
    [InlineData("EUR", "EUX", "expected a currency", "Receiving Currency")]
    [InlineData("A1", "", "printable ASCII", "Account")]
    public void Read_WrongField_SetAsideWithReason(string text, string other, string reason, string column)
    {
        (string[] rows, ReadReport report, _) = Read(Whole, Header + Row.Replace(text, other, StringComparison.Ordinal) + Row);

        Assert.Equal([Expected], rows);
        RowProblem problem = Assert.Single(report.Problems);
        Assert.Equal(2, problem.Line);
        Assert.Contains(reason, problem.Reason);
        Assert.Contains(problem.Column, (string[])[column, "Amount Paid", "Payment Currency"]);
    }

    [Fact]
    public void Read_WithoutHeaderWithConstantsAndTwoTimeColumns_ThePayments()
    {
        const string mapping = """
            {"header": false, "separator": "|", "columns": {"time": [1, 2], "fromAccount": 3, "toBank": 4, "toAccount": 5, "amount": 6},
             "constants": {"fromBank": "COBADEFF", "currency": "EUR", "format": "Wire"}, "timeFormat": "yyyyMMdd HHmmss"}
            """;

        (string[] rows, ReadReport report,
            _) = Read(mapping, "20260302|091500|A1|UBSWCHZH|B1|5\n\n20260302|091501|A1|UBSWCHZH|B1|6\n");

        Assert.Equal(
            [
                "2026-03-02T09:15:00 COBADEFF:A1 UBSWCHZH:B1 5 1 5 1 Wire Unknown",
                "2026-03-02T09:15:01 COBADEFF:A1 UBSWCHZH:B1 6 1 6 1 Wire Unknown",
            ],
            rows);
        Assert.Equal((1, 2), (report.BlankLines, report.UnlabelledRows));
    }

    [Theory]
    [InlineData("\"zone\": \"UTC\", ", "Europe/Zurich", "02.03.2026 23:30", "2026-03-03T00:30:00")]
    [InlineData("\"zone\": \"Europe/Zurich\", ", "Europe/Zurich", "02.03.2026 23:30", "2026-03-02T23:30:00")]
    [InlineData("\"zone\": \"Europe/Zurich\", ", null, "02.03.2026 23:30", "2026-03-02T23:30:00")]
    [InlineData("", "Europe/Zurich", "02.03.2026 23:30", "2026-03-02T23:30:00")]
    public void Read_TimesOfAZone_OnTheBanksClock(string zone, string? own, string time, string expected)
    {
        TimeZoneInfo? clock = own is null ? null : TimeZoneInfo.FindSystemTimeZoneById(own);

        (string[] rows, _, _) = Read(
            "{" + zone + Whole[1..], Header + Row.Replace("02.03.2026 09:15", time, StringComparison.Ordinal), clock);

        Assert.StartsWith(expected, Assert.Single(rows));
    }

    [Theory]
    [InlineData("1772442900", "unix", "2026-03-02T09:15:00")]
    [InlineData("1772442900000", "unixMilliseconds", "2026-03-02T09:15:00")]
    [InlineData("02/03/2026 09:15:00 +01:00", "dd/MM/yyyy HH:mm:ss zzz", "2026-03-02T08:15:00")]
    public void Read_TimesThatNameAZone_InUtc(string time, string format, string expected)
    {
        (string[] rows, ReadReport report, _) = Read(
            Whole.Replace("dd.MM.yyyy HH:mm", format, StringComparison.Ordinal),
            Header + Row.Replace("02.03.2026 09:15", time, StringComparison.Ordinal));

        Assert.StartsWith(expected, Assert.Single(rows));
        Assert.Equal(1, report.ZonedRows);
    }

    [Theory]
    [InlineData(
        "\"toBank\": \"Receiver BIC\"", "\"toBank\": \"Sender BIC\"",
        "columns.toBank: columns.fromBank already names column 'Sender BIC'")]
    [InlineData("\"toBank\": \"Receiver BIC\"", "\"fromBank\": \"Receiver BIC\"", "columns.fromBank: it is given twice")]
    [InlineData("\"toBank\": \"Receiver BIC\",", "", "columns.toBank: it is missing; name the file's column")]
    [InlineData("\"amount\": \"Betrag\"", "\"amount\": \"Betrag\", \"amountPaid\": \"B2\"", "amountPaid is given twice")]
    [InlineData("\"toBank\"", "\"to_bank\"", "columns.to_bank: no such field; the nearest is toBank")]
    [InlineData("\"decimalSign\": \",\"", "\"decimalSign\": \"comma\"", "decimalSign: write one sign")]
    [InlineData("\"decimalSign\": \",\"", "\"decimalSign\": \";\"", "decimalSign: write \".\" or \",\"")]
    [InlineData("dd.MM.yyyy HH:mm", "HH:mm", "timeFormat: write year, month")]
    [InlineData("dd.MM.yyyy HH:mm", "dd.mm.yyyy HH:mm", "timeFormat: write year, month")]
    [InlineData("\"sepa\": \"ACH\"", "\"sepa\": \"Pigeon\"", "formats.sepa: 'Pigeon' is no format")]
    [InlineData("[\"cleared\"]", "[\"SAR filed\"]", "'SAR filed' is listed twice")]
    [InlineData("[\"cleared\"]", "\"cleared\"", "labels.licit: write a list")]
    [InlineData("\"timeFormat\"", "\"timeformat\"", "timeformat: no such field; the nearest is timeFormat")]
    [InlineData("\"labels\"", "\"colour\": 1, \"labels\"", "colour: no such field; the nearest is columns")]
    [InlineData("\"When\"", "0", "columns.time: write the column's name")]
    [InlineData("{\"columns\"", "{\"header\": false, \"columns\"", "so write the column's number")]
    [InlineData("{\"columns\"", "{\"zone\": \"Mars\", \"columns\"", "zone: write an IANA name")]
    [InlineData("}}", "}", "this is not JSON")]
    public void Parse_WrongMapping_NamesTheFieldAndTheFix(string text, string other, string reason) => Assert.Contains(
        reason,
        Assert.Throws<PaymentFileException>(
            () => MappingText.Parse(
                Encoding.UTF8.GetBytes(Whole.Replace(text, other, StringComparison.Ordinal)), "mapping.json")).Message);

    [Theory]
    [InlineData("Id;When", "Id;Whence", "names column 'When', which the header lacks; it has 'Id', 'Whence'")]
    [InlineData("Id;When", "When;When", "which the header has 2 times (columns 1, 2)")]
    public void Open_ColumnMissingOrTwice_Rejected(string text, string other, string reason) => Assert.Contains(
        reason,
        Assert.Throws<PaymentFileException>(
            () => Read(Whole, Header.Replace(text, other, StringComparison.Ordinal) + Row)).Message);

    [Fact]
    public void Read_SimulatedPaymentsInOwnForm_SameDigestAsCsvByTheGuessedMapping()
    {
        Payment[] payments = Simulated.Set.Payments.ToArray();
        AccountTable accounts = Simulated.Set.Accounts;
        var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        german.NumberFormat.NumberDecimalSeparator = ",";
        var text = new StringBuilder(
            "transaction_id\tBuchungsdatum\tUhrzeit\tsender_bank\tsender_account\treceiver_bank\treceiver_account\tamount_paid"
            + "\tpayment_currency\tamount_received\treceiving_currency\tpayment_method\tis_sar\n");
        foreach (Payment payment in payments)
        {
            string kind = payment.PaymentFormat == PaymentFormat.Ach
                ? "SEPA transfer"
                : PaymentFormats.NameOf(payment.PaymentFormat);
            text.Append(german, $"{text.Length}\t{payment.Timestamp:dd.MM.yyyy}\t{payment.Timestamp:HH:mm:ss}")
                .Append(german, $"\t{accounts.BankOf(payment.From)}\t{accounts.NumberOf(payment.From)}")
                .Append(german, $"\t{accounts.BankOf(payment.To)}\t{accounts.NumberOf(payment.To)}\t{payment.AmountPaid}")
                .Append(german, $"\t{Currencies.CodeOf(payment.PaymentCurrency)}\t{payment.AmountReceived}")
                .Append(german, $"\t{Currencies.CodeOf(payment.ReceivingCurrency)}\t{kind}")
                .Append(german, $"\t{(payment.Label == Label.Laundering ? "confirmed" : "cleared")}\n");
        }

        string path = Path.Combine(_folder.FullName, "export.tsv");
        File.WriteAllText(path, text.ToString());

        MappingGuess guess = MappingGuess.Of(path);

        PaymentMapping mapping = MappingText.Parse(Encoding.UTF8.GetBytes(guess.Json), "mapping.json");
        (string digest, ReadReport report) = Simulated.Read(
            File.ReadAllBytes(path), new PaymentReadOptions { Mapping = mapping });
        Assert.Equal(Simulated.DigestAsCsv(payments), digest);
        Assert.Equal(payments.Count(payment => payment.Label == Label.Laundering), report.LaunderingRows);
        Assert.Contains(guess.Unsure, unsure => unsure.StartsWith("zone", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("date,from,to,amount\n01/02/2026,A,B,1.5\n", "whether the day or the month is first")]
    [InlineData("date,from,to,amount\n01/02/2026,A,B,1.5\n", "no column was found for currency")]
    [InlineData("date,from,to,amount\n2026-01-02,A,B,\"1,500\"\n", "decimalSign")]
    [InlineData("date,from,to,amount,fraud_status\n2026-01-02,A,B,1.5,blue\n", "labels: 'blue' is taken as unknown")]
    public void Of_DoubtfulFile_SaysWhatItIsUnsureOf(string text, string unsure)
    {
        string path = Path.Combine(_folder.FullName, "export.csv");
        File.WriteAllText(path, text);

        Assert.Contains(MappingGuess.Of(path).Unsure, said => said.Contains(unsure, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private const string Statement = """
        {"columns": {"time": "Day", "ownAccount": "Account", "otherBank": "Bank", "otherAccount": "Counterparty", AMOUNT,
           "currency": "Ccy"},
         "constants": {"ownBank": "70", "format": "Wire"}REST}
        """;

    [Theory]
    [InlineData("""amount": "Amount""", """, "direction": {"negative": "debit"}""", "Amount", "-12.50", "7.00")]
    [InlineData("""amount": "Amount""", """, "direction": {"negative": "credit"}""", "Amount", "12.50", "7.00-")]
    [InlineData("""debit": "Out", "credit": "In""", "", "Out,In", "12.50,", ",7.00")]
    [InlineData("""debit": "Out", "credit": "In""", "", "Out,In", "-12.50,0.00", "0,7.00")]
    [InlineData(
        """amount": "Amount", "direction": "DC""", """, "direction": {"debit": ["D"], "credit": ["C"]}""", "Amount,DC", "12.50,d",
        "7.00,C")]
    public void Read_OwnAndOtherAccounts_SenderByTheDirection(
        string columns, string rest, string names, string debit, string credit)
    {
        string mapping = StatementOf(columns, rest);

        (string[] rows, ReadReport report, _) = Read(
            mapping,
            $"Day,Account,Bank,Counterparty,Ccy,{names}\n2026-03-02 09:15,A1,71,B1,EUR,{debit}\n"
                + $"2026-03-02 09:16,A1,71,B1,EUR,{credit}\n");

        Assert.Empty(report.Problems);
        Assert.Equal(
            [
                "2026-03-02T09:15:00 70:A1 71:B1 12.50 1 12.50 1 Wire Unknown",
                "2026-03-02T09:16:00 71:B1 70:A1 7.00 1 7.00 1 Wire Unknown",
            ],
            rows);
    }

    [Theory]
    [InlineData("71,B1,EUR,,", "in one of the columns for debit and credit")]
    [InlineData("71,B1,EUR,1.00,1.00", "in one of the columns for debit and credit")]
    [InlineData("71,B1,EUR,,-1.00", "in one of the columns for debit and credit")]
    [InlineData("70,B1,EUR,,1.00", "the payer's account is at the same bank")]
    public void Read_StatementRowOfNoCertainDirection_IsSetAside(string cells, string reason)
    {
        string mapping = StatementOf("""debit": "Out", "credit": "In""", "");

        (string[] rows, ReadReport report, _) = Read(
            mapping, $"Day,Account,Bank,Counterparty,Ccy,Out,In\n2026-03-02 09:15,A1,{cells}\n");

        Assert.Empty(rows);
        Assert.Contains(reason, Assert.Single(report.Problems).Reason);
    }

    [Theory]
    [InlineData("""amount": "Amount""", "", "say in one way which payments leave the own account")]
    [InlineData("""amount": "Amount""", """, "direction": {"debit": ["D"]}""", "belong together")]
    [InlineData("""amount": "Amount", "direction": "DC""", "", "belong together")]
    [InlineData("""debit": "Out""", "", "need both debit and credit")]
    [InlineData("""debit": "Out", "credit": "In", "amount": "Amount""", "", "no amount beside them")]
    [InlineData("""amount": "Amount", "toBank": "X""", """, "direction": {"negative": "debit"}""", "or senders and receivers")]
    [InlineData("""amount": "Amount""", """, "direction": {"negative": "out"}""", "write \"debit\" or \"credit\"")]
    public void Parse_DirectionThatIsNotCertain_RejectedWithTheFix(string columns, string rest, string fix)
    {
        string mapping = StatementOf(columns, rest);

        var error = Assert.Throws<PaymentFileException>(() => MappingText.Parse(Encoding.UTF8.GetBytes(mapping), "mapping.json"));

        Assert.Contains(fix, error.Message);
    }

    [Fact]
    public void Read_OneColumnByNameAndByNumber_Rejected()
    {
        string mapping = Whole.Replace("\"Sender BIC\"", "2", StringComparison.Ordinal);

        Assert.Contains(
            "names column 2 twice", Assert.Throws<PaymentFileException>(() => Read(mapping, Header + Row)).Message);
    }

    [Fact]
    public void Read_HeaderAmongTheRows_LeftOutOrRejectedWhereItIsAnother()
    {
        string swapped = Header.Replace(
            "Sender BIC;Sender IBAN;Receiver BIC;Receiver IBAN", "Receiver BIC;Receiver IBAN;Sender BIC;Sender IBAN",
            StringComparison.Ordinal);

        (string[] rows, ReadReport report, _) = Read(Whole, Header + Row + Header + Row);
        var error = Assert.Throws<PaymentFileException>(() => Read(Whole, Header + Row + swapped + Row));

        Assert.Equal([Expected, Expected], rows);
        Assert.Equal((1L, 0L), (report.RepeatedHeaders, report.SetAside));
        Assert.Contains("line 3 is another header", error.Message);
    }

    /// <summary>A time in UTC, a binary account, a decimal amount and a label as a number.</summary>
    [Fact]
    public void Read_ParquetOfOwnColumns_ThePaymentOnTheBanksClock()
    {
        string path = Path.Combine(_folder.FullName, "export.parquet");
        Column[] columns =
        [
            new Column<DateTime>("booked", LogicalType.Timestamp(isAdjustedToUtc: true, TimeUnit.Micros)),
            new Column<string>("sender_bank"), new Column<string>("sender"), new Column<string>("receiver_bank"),
            new Column<string>("receiver"), new Column<decimal>("amount", LogicalType.Decimal(29, 2)), new Column<string>("ccy"),
            new Column<int>("sar"),
        ];
        using (var writer = new ParquetFileWriter(path, columns))
        {
            using RowGroupWriter group = writer.AppendRowGroup();
            Put(new DateTime(2026, 3, 2, 8, 15, 0, DateTimeKind.Utc));
            Put("COBADEFF");
            Put("A1");
            Put("UBSWCHZH");
            Put("B1");
            Put(1234.50m);
            Put("978");
            Put(2);
            writer.Close();

            void Put<T>(T value)
            {
                using LogicalColumnWriter<T> column = group.NextColumn().LogicalWriter<T>();
                column.WriteBatch([value]);
            }
        }

        const string mapping = """
            {"columns": {"time": "booked", "fromBank": "sender_bank", "fromAccount": "sender", "toBank": "receiver_bank",
               "toAccount": "receiver", "amount": "amount", "currency": "ccy", "label": "sar"},
             "constants": {"format": "Wire"}, "labels": {"laundering": ["2"], "licit": ["0", "1"]}}
            """;

        using var reader = PaymentReader.Open(path, new PaymentReadOptions
        {
            Mapping = MappingText.Parse(Encoding.UTF8.GetBytes(mapping), "mapping.json"),
            Zone = PaymentZone.TryParse("Europe/Zurich", out TimeZoneInfo zone) ? zone : null,
        });

        Assert.Equal(
            [Expected.Replace("Ach", "Wire", StringComparison.Ordinal)],
            reader.Rows().Select(row => Sample.Describe(row, reader.Accounts)));
        Assert.Equal("parquet, mapped", reader.Report.Format);
    }

    private static string StatementOf(string columns, string rest) => Statement
        .Replace("AMOUNT", $"\"{columns}\"", StringComparison.Ordinal).Replace("REST", rest, StringComparison.Ordinal);

    private static (string[] Rows, ReadReport Report, ulong[] References) Read(
        string mapping, string text, TimeZoneInfo? zone = null)
    {
        using var reader = Sample.Open(text, new PaymentReadOptions
        {
            Mapping = MappingText.Parse(Encoding.UTF8.GetBytes(mapping), "mapping.json"),
            MaxBadRows = 100,
            Zone = zone,
        });
        Payment[] rows = reader.Rows();
        return ([.. rows.Select(row => Sample.Describe(row, reader.Accounts))], reader.Report,
            [.. rows.Select(row => row.Reference)]);
    }
}
