using System.IO.Compression;
using System.Text;
using Consortium.Learning.Payments;
using CsCheck;

namespace Consortium.Learning.Tests.Payments;

/// <summary>Files as other tools write them: read where that is beyond doubt, else rejected by naming what is wrong.</summary>
public sealed class ForeignFilesTests
{
    private const string Expected = "2022-09-01T00:20:00 010:8000EBD30 03208:8000F4580 0.01 0 3697.34 1 CreditCard Laundering";

    [Theory]
    [InlineData("Account", "Account.1")] // pandas, R
    [InlineData("Account", "Account_1")] // DuckDB, BigQuery
    [InlineData("Account", "Account:1")]
    [InlineData("Account", "Account_duplicated_0")] // polars
    [InlineData("Account", "Account2")] // Excel tables
    [InlineData("Account2", "Account4")] // Spark
    [InlineData("Account...3", "Account...5")] // readr
    [InlineData("Account", "Account (#1)")] // KNIME
    [InlineData("ACCOUNT", "ACCOUNT_1")]
    [InlineData("From Account", "To Account")]
    [InlineData("from_account", "to_account")]
    public void Read_RenamedAccounts_SenderAndReceiver(string sender, string receiver)
    {
        string header = Sample.Header.Replace(
            "From Bank,Account,To Bank,Account", $"From Bank,{sender},To Bank,{receiver}", StringComparison.Ordinal);

        Assert.Equal([Expected], Rows($"{header}\n{Sample.Row}\n"));
    }

    [Theory]
    [InlineData("""timestamp,from_bank,account,to_bank,account_1,amount_received,receiving_currency,amount_paid,payment_currency,payment_format,is_laundering""")]
    [InlineData("""Timestamp,From.Bank,Account,To.Bank,Account.1,Amount.Received,Receiving.Currency,Amount.Paid,Payment.Currency,Payment.Format,Is.Laundering""")]
    [InlineData(
        """
        "Timestamp","From Bank","Account","To Bank","Account","Amount Received","Receiving Currency","Amount Paid","Payment Currency","Payment Format","Is Laundering"
        """)]
    [InlineData(""" Timestamp , FromBank,Account,ToBank,Account,AmountReceived,ReceivingCurrency,AmountPaid,PaymentCurrency,PaymentFormat,IsLaundering """)]
    public void Read_RenamedColumns_SameRow(string header) => Assert.Equal([Expected], Rows($"{header}\n{Sample.Row}\n"));

    [Theory]
    [InlineData("To Bank,Account,From Bank,Account")]
    [InlineData("To Bank,Account,From Bank,Account.1")]
    [InlineData("From Bank,Account.1,To Bank,Account")]
    public void Open_AccountsBehindTheOtherBank_Rejected(string order)
    {
        string header = Sample.Header.Replace("From Bank,Account,To Bank,Account", order, StringComparison.Ordinal);

        var error = Assert.Throws<PaymentFileException>(() => Sample.Open(header + "\n"));

        Assert.Contains("name them 'From Account'", error.Message);
    }

    [Fact]
    public void Open_ThreeAccountColumns_Rejected() =>
        Assert.Contains(
            "cannot be told apart",
            Assert.Throws<PaymentFileException>(() => Sample.Open(Sample.Header + ",Account.2\n")).Message);

    [Fact]
    public void Open_SameColumnTwice_Rejected() =>
        Assert.Contains(
            "are both 'timestamp'",
            Assert.Throws<PaymentFileException>(() => Sample.Open(Sample.Header + ",timestamp\n")).Message);

    [Fact]
    public void Open_NoHeader_SaysSo() =>
        Assert.Contains(
            "not a header",
            Assert.Throws<PaymentFileException>(() => Sample.Open(Sample.Row + "\n" + Sample.Row + "\n")).Message);

    [Theory]
    [InlineData(',', ",0")] // pandas: an index named by nothing
    [InlineData(';', ";0")]
    [InlineData('\t', "\t0")]
    [InlineData('|', "|0")]
    public void Read_OtherSeparatorsWithAnIndexInFront_SameRow(char separator, string index)
    {
        string header = separator + Sample.Header.Replace(',', separator),
            row = index[1..] + separator + Sample.Row.Replace(',', separator);

        Assert.Equal([Expected], Rows($"{header}\n{row}\n"));
    }

    [Fact]
    public void Read_RowNamesThatTheHeaderLacks_LeftOutWithAWarning()
    {
        using PaymentReader reader = Sample.Open($"{Sample.Header}\n\"1\",{Sample.Row}\n\"2\",{Sample.Row}\n");

        Assert.Equal(2, reader.Rows().Length);
        Assert.Contains("row names", Assert.Single(reader.Report.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LineThatSaysTheSeparator_Followed()
    {
        using PaymentReader reader = Sample.Open(
            $"sep=;\n{Sample.Header.Replace(',', ';')}\n{Sample.Row.Replace(',', ';')}\nbad\n",
            new PaymentReadOptions { MaxBadRows = 1 });

        Assert.Single(reader.Rows());
        Assert.Equal(4, Assert.Single(reader.Report.Problems).Line);
    }

    [Theory]
    [InlineData(",,,,,,,,,,")]
    [InlineData(",,,,,")]
    [InlineData(" , ,,,,,,,,,")]
    [InlineData("\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"")]
    [InlineData("\u001A")]
    public void Read_EmptyRows_AreBlank(string empty)
    {
        using PaymentReader reader = Sample.Open(Sample.File(Sample.Row, empty, Sample.Row, empty));

        Assert.Equal(2, reader.Rows().Length);
        Assert.Equal(2, reader.Report.BlankLines);
        Assert.Equal(0, reader.Report.SetAside);
    }

    [Theory]
    [InlineData("0 0.0 0. 0.00 false FALSE False f F no NO n N", Label.Legitimate)]
    [InlineData("1 1.0 1. 1.00 true TRUE True t T yes YES y Y", Label.Laundering)]
    [InlineData("NaN nan NULL null None NA N/A #N/A <NA> \\N (null) .", Label.Unknown)]
    public void Read_Labels_InEveryForm(string texts, Label expected)
    {
        string[] rows = [.. texts.Split(' ').Select(text => Sample.Row[..^1] + text)];
        using PaymentReader reader = Sample.Open(Sample.File(rows));

        Assert.All(reader.Rows(), row => Assert.Equal(expected, row.Label));
        Assert.Equal(rows.Length, reader.Report.Rows);
    }

    [Theory]
    [InlineData("nan NULL None NA N/A <NA> (null) \\N NaT nil #N/A #REF! #NAME? #DIV/0! ########")]
    [InlineData("- -- . ? n.a. UNKNOWN undefined missing")]
    public void Read_IdentifierThatSaysNothing_IsSetAsideAndMakesNoAccount(string texts)
    {
        string[] none = texts.Split(' ');
        string[] rows = [Sample.Row, .. none.SelectMany(text => Enumerable.Range(1, 4).Select(column => With(column, text)))];
        using PaymentReader reader = Sample.Open(Sample.File(rows), new PaymentReadOptions { MaxBadRows = rows.Length });

        Assert.Single(reader.Rows());
        Assert.Equal(2, reader.Accounts.Count);
        Assert.Equal(4 * none.Length, reader.Report.SetAside);
        Assert.All(reader.Report.Problems, problem => Assert.Contains("there is no value", problem.Reason));
    }

    [Theory]
    [InlineData("'000812")]
    [InlineData("'000812'")]
    [InlineData("\"=\"\"000812\"\"\"")]
    public void Read_IdentifierWithASpreadsheetsMarkOfText_IsTheIdentifier(string marked) =>
        Assert.Equal(Rows(Sample.File(With(2, "000812"))), Rows(Sample.File(With(2, marked))));

    [Fact]
    public void Read_NoLabelsButAColumnThatIsNotRead_SaysSo()
    {
        string[] lines = Sample.File(Sample.Row).Split('\n');
        lines[0] = lines[0].Replace("Is Laundering", "isFraud", StringComparison.Ordinal);
        using PaymentReader reader = Sample.Open(string.Join('\n', lines));

        Assert.Single(reader.Rows());
        Assert.Contains("Not read: 'isFraud'", Assert.Single(reader.Report.Warnings));
    }

    [Fact]
    public void Warnings_AccountsThatDifferByLeadingZerosAlone_ArePaired()
    {
        using PaymentReader reader = Sample.Open(
            Sample.File(With(2, "000812"), With(2, "812"), With(2, "A0812"), With(2, "0A812")));
        reader.Rows();

        string warning = Assert.Single(ChangedIdentifiers.Warnings(reader.Accounts));
        Assert.StartsWith("1 accounts", warning);
        Assert.Contains("'000812' and '812'", warning);
    }

    [Theory]
    [InlineData("2022-09-01 00:20")]
    [InlineData("2022-09-01T00:20")]
    [InlineData("2022-09-01T00:20:00")]
    [InlineData("2022-09-01 00:20:00.000000")]
    [InlineData("2022-09-01T00:20:00.123456789")]
    [InlineData("2022/9/1 0:20")]
    [InlineData("2022/9/1 0:20:00")]
    [InlineData("20220901002000")]
    [InlineData("202209010020")]
    [InlineData("20220901T002000")]
    [InlineData("01SEP2022:00:20:00")]
    [InlineData("01-Sep-2022 00:20:00")]
    [InlineData("Sep  1 2022 12:20AM")]
    [InlineData(" 2022/09/01 00:20 ")]
    [InlineData("2022.09.01 00:20")]
    [InlineData("2022-09-01-00.20.00.000000")] // DB2
    public void Read_Times_InEveryCertainForm(string time) => Assert.Equal([Expected], Rows(Sample.File(With(0, time))));

    [Theory]
    [InlineData("2022-09-01T00:20:00Z", "2022-09-01T02:20:00")]
    [InlineData("2022-09-01 00:20:00+00:00", "2022-09-01T02:20:00")]
    [InlineData("2022-09-01T00:20:00Z[UTC]", "2022-09-01T02:20:00")] // Java
    [InlineData("2022-09-01T00:20:00+02:00[Europe/Zurich]", "2022-09-01T00:20:00")]
    [InlineData("2022-09-01 00:20:00.000 UTC", "2022-09-01T02:20:00")]
    [InlineData("2022-09-01T00:20:00+0200", "2022-09-01T00:20:00")]
    [InlineData("2022-12-01T00:20:00+01", "2022-12-01T00:20:00")]
    [InlineData("2022-09-01T00:20:00", "2022-09-01T00:20:00")]
    public void Read_TimesWithAZone_AreTheSetZonesClock(string time, string expected)
    {
        Assert.True(PaymentZone.TryParse("Europe/Zurich", out TimeZoneInfo zone));
        using PaymentReader reader = Sample.Open(Sample.File(With(0, time)), new PaymentReadOptions { Zone = zone });

        Assert.Equal(expected, Assert.Single(reader.Rows()).Timestamp.ToString("s"));
        Assert.Empty(reader.Report.Warnings);
    }

    [Fact]
    public void Read_TimesWithAZoneAndNoneSet_AreUtcWithAWarning()
    {
        using PaymentReader reader = Sample.Open(Sample.File(With(0, "2022-09-01T00:20:00+02:00")));

        Assert.Equal(new DateTime(2022, 8, 31, 22, 20, 0), Assert.Single(reader.Rows()).Timestamp);
        Assert.Contains("--zone", Assert.Single(reader.Report.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("01/09/2022 00:20", "cannot be told")]
    [InlineData("9/1/2022 0:20", "cannot be told")]
    [InlineData("13.09.2022 00:20", "cannot be told")]
    [InlineData("44805.0138888889", "day number")]
    [InlineData("1661991600000", "not a number")]
    public void Read_UncertainTimes_RejectedWithTheWayToExport(string time, string reason) =>
        Assert.Contains(reason, Problem(With(0, time)).Reason);

    [Theory]
    [InlineData("9999-12-31 23:59:00")]
    [InlineData("2022/09/05 00:00")]
    [InlineData("1900/01/01 00:00")]
    [InlineData("0001-01-01T00:00:00")]
    [InlineData("9999-12-31T23:59:59Z")]
    public void Read_ImpossibleDates_SetAsideAndTheRestTaken(string time)
    {
        using PaymentReader reader = Sample.Open(
            Sample.File(Sample.Row, With(0, time), Sample.Row), new PaymentReadOptions { Latest = new DateTime(2022, 9, 4) });

        Assert.Equal(2, reader.Rows().Length);
        RowProblem problem = Assert.Single(reader.Report.Problems);
        Assert.Equal((3L, RowFault.ImpossibleDate), (problem.Line, problem.Fault));
        Assert.Equal(0, reader.Report.BadRows);
        Assert.NotEmpty(reader.Report.Warnings);
    }

    [Theory]
    [InlineData("3697.34", "3697.34")]
    [InlineData("\"3,697.34\"", "3697.34")]
    [InlineData("\"3.697,34\"", "3697.34")]
    [InlineData("\"3697,34\"", "3697.34")]
    [InlineData("3'697.34", "3697.34")]
    [InlineData("3 697.34", "3697.34")]
    [InlineData("\"1,234,567\"", "1234567")]
    [InlineData("3.69734E+3", "3697.34")]
    [InlineData("3.69734e3", "3697.34")]
    public void Read_Amounts_InEveryCertainForm(string text, string value)
    {
        using PaymentReader reader = Sample.Open(Sample.File(With(7, text).Replace(",0.01,", ",1,", StringComparison.Ordinal)));

        Assert.Equal(
            decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture), Assert.Single(reader.Rows()).AmountPaid);
    }

    [Theory]
    [InlineData("\"1,234\"", "groups thousands")]
    [InlineData("\"1,23,4\"", "expected a decimal number")]
    [InlineData("$12.00", "expected a decimal number")]
    [InlineData("(12.00)", "expected a decimal number")]
    public void Read_UncertainAmounts_Rejected(string text, string reason) =>
        Assert.Contains(reason, Problem(With(7, text).Replace(",0.01,", ",1,", StringComparison.Ordinal)).Reason);

    [Fact]
    public void Read_TwoDecimalSignsInAFile_TheSecondIsRejected()
    {
        using PaymentReader reader = Sample.Open(
            Sample.File(Sample.Row, With(7, "\"12,5\"")), new PaymentReadOptions { MaxBadRows = 1 });

        Assert.Single(reader.Rows());
        Assert.Contains("another decimal sign", Assert.Single(reader.Report.Problems).Reason);
    }

    [Theory]
    [InlineData(2, "4.00000E+15")]
    [InlineData(4, "4E+15")]
    [InlineData(1, "\"4,00000E+15\"")]
    [InlineData(2, "80001234.0")]
    public void Read_AccountsThatBecameNumbers_RejectedWithTheWayToExport(int field, string text)
    {
        using PaymentReader reader = Sample.Open(
            Sample.File(Sample.Row, With(field, text)), new PaymentReadOptions { MaxBadRows = 1 });

        Assert.Single(reader.Rows());
        Assert.True(Assert.Single(reader.Report.Problems).Reason.Contains("as text", StringComparison.Ordinal) || text[0] == '"');
    }

    [Fact]
    public void Read_CellsPaddedWithBlanks_SameAccount() =>
        Assert.Equal(
            [Expected], Rows(Sample.File(With(2, "8000EBD30    ").Replace(",010,", ", 010,", StringComparison.Ordinal))));

    [Fact]
    public void Read_RowsThatBeginWithANumberSign_AreNotDropped() =>
        Assert.Equal(3, Problem("#" + Sample.Row).Line);

    [Fact]
    public void Read_HeaderAgain_LeftOutWithAWarning()
    {
        using PaymentReader reader = Sample.Open(Sample.File(Sample.Row, Sample.Header, Sample.Row));

        Assert.Equal(2, reader.Rows().Length);
        Assert.Single(reader.Report.Warnings);
    }

    [Fact]
    public void Read_LastCellLeftOut_IsUnlabelledWithAWarning()
    {
        using PaymentReader reader = Sample.Open(Sample.File(Sample.Row, Sample.Row[..^2]));

        Assert.Equal([Label.Laundering, Label.Unknown], reader.Rows().Select(row => row.Label));
        Assert.Single(reader.Report.Warnings);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Read_Utf16WithAMark_SameRow(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(Sample.File(Sample.Row))];

        Assert.Equal([Expected], Rows(bytes));
        Assert.Contains("UTF-16 text without", Rejection(bytes[2..]));
    }

    [Fact]
    public void Read_Latin1_WarnsOfTheEncoding()
    {
        byte[] bytes = Encoding.Latin1.GetBytes($"{Sample.Header},Zweck\n{Sample.Row},Miete für Mai\n");
        using var reader = PaymentReader.Open(new MemoryStream(bytes), "latin.csv");

        Assert.Single(reader.Rows());
        Assert.Contains("UTF-8", Assert.Single(reader.Report.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_GzipOfAnyNameAndSeveralMembers_AllRows()
    {
        byte[] first = Sample.Gzip(Sample.File(Sample.Row)), second = Sample.Gzip(Sample.Row + "\n"), empty = Sample.Gzip("");

        Assert.Equal(2, Rows([.. first, .. second]).Length);
        Assert.Equal(2, Rows([.. first, .. second, .. empty]).Length);
    }

    [Fact]
    public void Read_GzipCutAnywhere_IsIncompleteOrEmpty()
    {
        byte[] whole = Sample.Gzip(
            Sample.File(
                [.. Enumerable.Repeat(Sample.Row, 3_000).Select(
                    (row, i) => row.Replace("3697", $"{i}", StringComparison.Ordinal))]));

        Gen.Int[1, whole.Length - 1].Sample(length =>
        {
            var error = Assert.Throws<PaymentFileException>(() => Rows(whole[..length]));
            Assert.True(error.IsIncomplete || length < 3, error.Message);
        }, iter: 200);
    }

    [Fact]
    public void Read_BytesBehindTheGzipData_Rejected() =>
        Assert.Contains(
            "other bytes follow",
            Rejection([.. Sample.Gzip(Sample.File(Sample.Row)), .. Encoding.ASCII.GetBytes(Sample.Row + "\n")]));

    [Fact]
    public void Open_OtherKindsOfFile_NamedWithWhatToDo()
    {
        Assert.Contains("zstd", Rejection([0x28, 0xB5, 0x2F, 0xFD, 1, 2, 3]));
        Assert.Contains("bzip2", Rejection([.. "BZh91AY"u8]));
        Assert.Contains("xz", Rejection([0xFD, .. "7zXZ"u8, 0, 0]));
        Assert.Contains("JSON", Rejection([.. "{\"a\":1}"u8]));
        Assert.Contains("XML", Rejection([.. "<?xml?>"u8]));
        Assert.Contains("gzipped twice", Rejection(Twice()));
        Assert.Contains("Excel", Rejection(Workbook()));

        static byte[] Twice()
        {
            var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            {
                gzip.Write(Sample.Gzip(Sample.File(Sample.Row)));
            }

            return packed.ToArray();
        }

        static byte[] Workbook()
        {
            var file = new MemoryStream();
            using (var archive = new ZipArchive(file, ZipArchiveMode.Create))
            {
                archive.CreateEntry("[Content_Types].xml");
            }

            return file.ToArray();
        }
    }

    [Fact]
    public void Read_MutatedText_ReadOrRejected()
    {
        byte[] plain = Encoding.UTF8.GetBytes(Sample.File([.. Enumerable.Repeat(Sample.Row, 30)])),
            packed = Sample.Gzip(Encoding.UTF8.GetString(plain));
        Gen.Select(Gen.Bool, Gen.Int[0, 1 << 20], Gen.Byte, Gen.Int[1, 12]).Sample((isPacked, at, value, run) =>
        {
            byte[] bytes = [.. isPacked ? packed : plain];
            at %= bytes.Length;
            bytes.AsSpan(at, Math.Min(run, bytes.Length - at)).Fill(value);
            try
            {
                using var reader = PaymentReader.Open(
                    new MemoryStream(bytes), "mutated", new PaymentReadOptions { MaxBadRows = 99 });
                Payment[] rows = reader.Rows();
                Assert.Equal(rows.Length, reader.Report.Rows);
            }
            catch (PaymentFileException)
            {
                // Rejected by name.
            }
        }, iter: 20_000);
    }

    [Theory]
    [InlineData("200901010005")] // 2009 as yyyyMMddHHmm, 2020 as yyMMddHHmmss
    [InlineData("2022.0901 00:20")]
    [InlineData("2022-09-01-00.20:00")]
    public void Read_TimeOfTwoReadingsOrNone_IsSetAside(string time) =>
        Assert.Contains("expected a time", Problem(With(0, time)).Reason);

    [Fact]
    public void Read_AmountsThatShowNoDecimalSign_ReadWithAWarning()
    {
        string row = Sample.Row.Replace("0.01", "1.234", StringComparison.Ordinal)
            .Replace("3697.34", "12.000", StringComparison.Ordinal);

        Assert.Contains("2 amounts such as 1.234", Assert.Single(WarningsOf(Sample.File(row))));
        Assert.Empty(WarningsOf(Sample.File(row, Sample.Row)));
    }

    [Theory]
    [InlineData("1.23E+05", true)]
    [InlineData("1E+02", true)]
    [InlineData("1.23E+02", false)]
    [InlineData("1.23e+05", false)] // R and pandas write every digit
    [InlineData("1.23E7", false)] // so does Java
    public void Read_AmountAsASpreadsheetRoundsIt_ReadWithAWarning(string amount, bool isWarned)
    {
        string[] warnings = WarningsOf(Sample.File(With(5, amount)));

        Assert.Equal(isWarned, warnings.Any(warning => warning.StartsWith("1 amounts are written", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Payment Currency=EUR", ",Payment Currency", ",Euro", "'Payment Currency'")]
    [InlineData("Is%20Laundering=1", ",Is Laundering", ",1", "'Is Laundering'")]
    [InlineData("From Bank=010", "From Bank,", "010,", "'From Bank'")]
    public void Open_ColumnInAFoldersName_RejectedByTheName(string folder, string name, string value, string column)
    {
        string parent = Directory.CreateTempSubdirectory("consortium-partitions-").FullName;
        try
        {
            string path = Path.Combine(Directory.CreateDirectory(Path.Combine(parent, folder)).FullName, "part-0.csv");
            File.WriteAllText(
                path,
                Sample.File(Sample.Row.Replace(value, "", StringComparison.Ordinal)).Replace(name, "", StringComparison.Ordinal));

            string message = Assert.Throws<PaymentFileException>(() => PaymentReader.Open(path)).Message;

            Assert.Contains($"column {column} stands in the name of the folder '{folder}'", message);
        }
        finally
        {
            Directory.Delete(parent, recursive: true);
        }
    }

    [Theory]
    [InlineData("4.00000E+15", true)]
    [InlineData("4e+15", true)]
    [InlineData("4.0E15", true)] // Java
    [InlineData("4,5E+15", true)]
    [InlineData("12345.0", true)]
    [InlineData("12345.00", true)]
    [InlineData("8000E15", false)] // hexadecimal
    [InlineData("8000EBD30", false)]
    [InlineData("12345.1", false)]
    [InlineData("12345", false)]
    [InlineData("12.", false)]
    public void Read_AccountNumber_SetAsideWhereAToolHasRoundedIt(string account, bool isRounded)
    {
        using PaymentReader reader = Sample.Open(
            Sample.File(With(2, $"\"{account}\"")), new PaymentReadOptions { MaxBadRows = 1 });

        Assert.Equal(isRounded ? 0 : 1, reader.Rows().Length);
        Assert.Equal(isRounded ? 1 : 0, reader.Report.RoundedNumbers);
    }

    [Fact]
    public void Warnings_LongNumbersThatEndWithZeros_AreRounded()
    {
        var accounts = new AccountTable();
        accounts.Intern(new BankId("1"), "1234567890123450");
        accounts.Intern(new BankId("1"), "4111111111111111");
        Assert.Empty(ChangedIdentifiers.Warnings(accounts));

        accounts.Intern(new BankId("1"), "12345678901234500");
        Assert.Contains("2 of 3 account numbers of more than 15 digits", Assert.Single(ChangedIdentifiers.Warnings(accounts)));
    }

    [Fact]
    public void Warnings_AccountsThatDifferByCaseAlone_ArePaired()
    {
        var accounts = new AccountTable();
        accounts.Intern(new BankId("1"), "aB1");
        accounts.Intern(new BankId("1"), "AB1");

        Assert.Contains(
            "leading zeros or case alone, such as 'aB1' and 'AB1'", Assert.Single(ChangedIdentifiers.Warnings(accounts)));
    }

    [Theory]
    [InlineData("\u0085")]
    [InlineData("\u2028")]
    public void Open_LinesEndedByAnotherSign_RejectedByIt(string end) => Assert.Contains(
        "lines end with a sign",
        Assert.Throws<PaymentFileException>(() => Sample.Open($"{Sample.Header}{end}{Sample.Row}{end}")).Message);

    [Fact]
    public void Read_EveryPaymentAtMidnight_Warned()
    {
        string row = With(0, "2022-09-01T00:00:00");

        Assert.Contains("Every payment is at midnight", Assert.Single(WarningsOf(Sample.File(row, row))));
        Assert.Empty(WarningsOf(Sample.File(row, Sample.Row)));
    }

    [Fact]
    public void Read_ColumnsInBrackets_SameRow() => Assert.Equal(
        [Expected], Rows($"{string.Join(',', Sample.Header.Split(',').Select(name => $"[{name}]"))}\n{Sample.Row}\n"));

    private static string[] WarningsOf(string text)
    {
        using PaymentReader reader = Sample.Open(text);
        reader.Rows();
        return [.. reader.Report.Warnings];
    }

    private static string With(int field, string text)
    {
        string[] fields = Sample.Row.Split(',');
        fields[field] = text;
        return string.Join(',', fields);
    }

    private static RowProblem Problem(string row)
    {
        using PaymentReader reader = Sample.Open(
            Sample.File(
                Sample.Row.Replace(".01", "", StringComparison.Ordinal).Replace("3697.34", "1", StringComparison.Ordinal), row),
            new PaymentReadOptions { MaxBadRows = 1 });
        Assert.Single(reader.Rows());
        return Assert.Single(reader.Report.Problems);
    }

    private static string[] Rows(string text) => Rows(Encoding.UTF8.GetBytes(text));

    private static string[] Rows(byte[] bytes)
    {
        using var reader = PaymentReader.Open(new MemoryStream(bytes), "foreign");
        return [.. reader.Rows().Select(row => Sample.Describe(row, reader.Accounts))];
    }

    private static string Rejection(byte[] bytes) => Assert.Throws<PaymentFileException>(() => Rows(bytes)).Message;
}
