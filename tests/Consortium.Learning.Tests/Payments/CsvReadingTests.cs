using System.Globalization;
using System.Text;
using Consortium.Learning.Payments;

namespace Consortium.Learning.Tests.Payments;

public sealed class CsvReadingTests
{
    [Fact]
    public void Read_AmlWorldRow_EveryColumn()
    {
        using PaymentReader reader = Sample.Open(Sample.File(Sample.Row));

        Payment row = Assert.Single(reader.Rows());

        Assert.Equal(new DateTime(2022, 9, 1, 0, 20, 0), row.Timestamp);
        Assert.Equal("010", reader.Accounts.BankOf(row.From).Value);
        Assert.Equal("8000EBD30", reader.Accounts.NumberOf(row.From));
        Assert.Equal("03208", reader.Accounts.BankOf(row.To).Value);
        Assert.Equal("8000F4580", reader.Accounts.NumberOf(row.To));
        Assert.Equal(0.01m, row.AmountReceived);
        Assert.Equal("US Dollar", Currencies.NameOf(row.ReceivingCurrency));
        Assert.Equal(3697.34m, row.AmountPaid);
        Assert.Equal("Euro", Currencies.NameOf(row.PaymentCurrency));
        Assert.Equal(PaymentFormat.CreditCard, row.PaymentFormat);
        Assert.Equal(Label.Laundering, row.Label);
    }

    [Theory]
    [InlineData("\n", false)]
    [InlineData("\r\n", false)]
    [InlineData("\n", true)]
    public void Read_LineEndsAndByteOrderMark_SameRows(string lineEnd, bool mark)
    {
        string text =
            (mark ? "\uFEFF" : "") + Sample.File(Sample.Row, Sample.Row).Replace("\n", lineEnd, StringComparison.Ordinal);
        using PaymentReader reader = Sample.Open(text.TrimEnd('\n', '\r'));

        Assert.Equal(2, reader.Rows().Length);
        Assert.Equal(0, reader.Report.BadRows);
    }

    [Fact]
    public void Read_ColumnsInOtherOrderWithOthersBeside_FoundByName()
    {
        using PaymentReader reader = Sample.Open(
            "Is Laundering,Note,Account,To Bank,Account,From Bank,Timestamp,Amount Paid,Payment Currency,Amount "
                + "Received,Receiving Currency,Payment Format\n" +
            "0,\"a, b\",SENDER,T,RECEIVER,F,2022/01/02 03:04,1,US Dollar,2,Euro,Wire\n");

        Payment row = Assert.Single(reader.Rows());

        Assert.Equal(
            "2022-01-02T03:04:00 F:SENDER T:RECEIVER 2 1 1 0 Wire Legitimate", Sample.Describe(row, reader.Accounts));
    }

    [Theory]
    [InlineData("Timestamp", "'Timestamp'")]
    [InlineData("To Bank", "'To Bank'")]
    [InlineData("Amount Paid", "'Amount Paid'")]
    [InlineData("Payment Format", "'Payment Format'")]
    public void Open_MissingColumn_NamesItAndListsWhatWasFound(string column, string named)
    {
        string header = Sample.Header.Replace(column, "Something", StringComparison.Ordinal);

        var error = Assert.Throws<PaymentFileException>(() => Sample.Open(header + "\n"));

        Assert.Contains($"column {named} is missing", error.Message);
        Assert.Contains("'Something'", error.Message);
        Assert.Contains("'From Bank'", error.Message);
        Assert.StartsWith("sample.csv", error.Message);
    }

    [Fact]
    public void Open_OneAccountColumn_SaysWhichIsMissing()
    {
        string header = Sample.Header.Replace("To Bank,Account", "To Bank,Number", StringComparison.Ordinal);

        var error = Assert.Throws<PaymentFileException>(() => Sample.Open(header));

        Assert.Contains("the second 'Account' (the receiver's)", error.Message);
    }

    [Fact]
    public void Read_NoLabelColumn_LabelsAreUnknown()
    {
        using PaymentReader reader = Sample.Open(
            Sample.Header.Replace(",Is Laundering", "", StringComparison.Ordinal) + "\n" + Sample.Row[..^2] + "\n");

        Assert.Equal(Label.Unknown, Assert.Single(reader.Rows()).Label);
        Assert.False(reader.Report.HasLabels);
        Assert.Equal(1, reader.Report.UnlabelledRows);
    }

    [Fact]
    public void Read_EmptyLabel_IsUnknownAndCounted()
    {
        using PaymentReader reader = Sample.Open(Sample.File(Sample.Row[..^1], Sample.Row));

        Assert.Equal([Label.Unknown, Label.Laundering], reader.Rows().Select(row => row.Label));
        Assert.True(reader.Report.HasLabels);
        Assert.Equal(1, reader.Report.UnlabelledRows);
    }

    [Fact]
    public void Open_EmptyFile_SaysSo()
    {
        var error = Assert.Throws<PaymentFileException>(() => Sample.Open(""));

        Assert.Contains("the file is empty", error.Message);
    }

    [Fact]
    public void Read_HeaderOnly_NoRowsAndNoProblem()
    {
        using PaymentReader reader = Sample.Open(Sample.Header);

        Assert.Empty(reader.Rows());
        Assert.Equal(0, reader.Report.BadRows);
        Assert.Null(reader.Report.Earliest);
    }

    [Theory]
    [InlineData(0, "01/09/2022 00:20", "Timestamp")]
    [InlineData(0, "44805.0138", "Timestamp")]
    [InlineData(0, "1661991600", "Timestamp")]
    [InlineData(0, "2022/02/29 00:20", "Timestamp")]
    [InlineData(0, "2022/13/01 00:20", "Timestamp")]
    [InlineData(0, "2022/01/01 24:00", "Timestamp")]
    [InlineData(0, "2022/01/01 00:60", "Timestamp")]
    [InlineData(0, "0000/01/01 00:00", "Timestamp")]
    [InlineData(0, "", "Timestamp")]
    [InlineData(1, "", "From Bank")]
    [InlineData(1, "0 1", "From Bank")]
    [InlineData(2, "ÄÖ", "Account")]
    [InlineData(4, "a\0b", "Account")]
    [InlineData(5, "-0.01", "Amount Received")]
    [InlineData(5, "1,5", "")]
    [InlineData(7, "", "Amount Paid")]
    [InlineData(7, ".", "Amount Paid")]
    [InlineData(7, "NaN", "Amount Paid")]
    [InlineData(7, "1.2.3", "Amount Paid")]
    [InlineData(7, "0.00000000000000000000000000001", "Amount Paid")]
    [InlineData(7, "99999999999999999999999999999", "Amount Paid")]
    [InlineData(7, "1E-29", "Amount Paid")]
    [InlineData(6, "Florin", "Receiving Currency")]
    [InlineData(8, "dollar", "Payment Currency")]
    [InlineData(9, "", "Payment Format")]
    [InlineData(10, "2", "Is Laundering")]
    [InlineData(10, "maybe", "Is Laundering")]
    public void Read_WrongField_ReportedWithLineColumnAndText(int field, string text, string column)
    {
        string[] fields = Sample.Row.Split(',');
        fields[field] = text;
        using PaymentReader reader = Sample.Open(
            Sample.File(Sample.Row, string.Join(',', fields), Sample.Row), new PaymentReadOptions { MaxBadRows = 1 });

        Payment[] rows = reader.Rows();

        Assert.Equal(2, rows.Length);
        Assert.Equal(1, reader.Report.BadRows);
        RowProblem problem = Assert.Single(reader.Report.Problems);
        Assert.Equal(3, problem.Line);
        Assert.Equal(column, problem.Column);
        Assert.Contains("found", problem.Reason);
    }

    [Theory]
    [InlineData(65, true)]
    [InlineData(64, false)]
    [InlineData(60_000, true)]
    public void Read_LongField_TakenUpToTheLimit(int length, bool bad)
    {
        string row = Sample.Row.Replace("8000EBD30", new string('7', length), StringComparison.Ordinal);
        using PaymentReader reader = Sample.Open(Sample.File(row, Sample.Row), new PaymentReadOptions { MaxBadRows = 5 });

        Assert.Equal(bad ? 1 : 2, reader.Rows().Length);
        Assert.All(reader.Report.Problems, problem => Assert.InRange(problem.Reason.Length, 1, 250));
    }

    [Fact]
    public void Read_WrongNumberOfColumns_Reported()
    {
        using PaymentReader reader = Sample.Open(
            Sample.File(Sample.Row, Sample.Row + ",more", "what", "", Sample.Row), new PaymentReadOptions { MaxBadRows = 9 });

        Assert.Equal(2, reader.Rows().Length);
        Assert.Equal(
            ["line 3: expected 11 columns, found 12.", "line 4: expected 11 columns, found 1."],
            reader.Report.Problems.Select(problem => problem.ToString()));
        Assert.Equal(1, reader.Report.BlankLines);
    }

    [Fact]
    public void Read_LineEndWithinQuotationMarks_LaterLinesKeepTheirNumbers()
    {
        string quoted = Sample.Row.Replace("8000EBD30", "\"8000\nEBD30\"", StringComparison.Ordinal);
        using PaymentReader reader = Sample.Open(
            Sample.File(quoted, Sample.Row, "bad"), new PaymentReadOptions { MaxBadRows = 9 });

        Assert.Single(reader.Rows());
        Assert.Equal([2L, 5L], reader.Report.Problems.Select(problem => problem.Line));
    }

    [Fact]
    public void Read_MoreBadRowsThanAllowed_StopsAndSaysSo()
    {
        string bad = Sample.Row.Replace("3697.34", "-1", StringComparison.Ordinal);
        using PaymentReader reader = Sample.Open(
            Sample.File(bad, bad, bad, Sample.Row), new PaymentReadOptions { MaxBadRows = 2 });

        var error = Assert.Throws<PaymentFileException>(reader.Rows);

        Assert.Equal("sample.csv: line 4, Amount Paid: an amount must not be negative, found '-1'. " +
            "That is bad row 3, and at most 2 are allowed.", error.Message);
        Assert.Equal(3, reader.Report.BadRows);
    }

    [Fact]
    public void Read_NoOptions_FirstBadRowStops()
    {
        using PaymentReader reader = Sample.Open(Sample.File(Sample.Row, "bad"));

        Assert.Contains("No bad row is allowed.", Assert.Throws<PaymentFileException>(reader.Rows).Message);
    }

    [Fact]
    public void Read_MoreProblemsThanKept_AllCounted()
    {
        string[] rows = [.. Enumerable.Repeat("bad", ReadReport.MaxProblemsKept + 5)];
        using PaymentReader reader = Sample.Open(Sample.File(rows), new PaymentReadOptions { MaxBadRows = rows.Length });

        Assert.Empty(reader.Rows());
        Assert.Equal(rows.Length, reader.Report.BadRows);
        Assert.Equal(ReadReport.MaxProblemsKept, reader.Report.Problems.Count);
    }

    [Theory]
    [InlineData("010", 0)]
    [InlineData("03208", 0)]
    [InlineData("10", 1)]
    public void Read_OwnBankGiven_RowsOfOthersAreBad(string bank, int bad)
    {
        using PaymentReader reader = Sample.Open(
            Sample.File(Sample.Row), new PaymentReadOptions { OwnBank = new BankId(bank), MaxBadRows = 1 });

        Assert.Equal(1 - bad, reader.Rows().Length);
        Assert.All(reader.Report.Problems, problem => Assert.Equal(
            "neither the sender's bank '010' nor the receiver's '03208' is '10', whose file this should be.", problem.Reason));
        Assert.Equal(bad, reader.Report.Problems.Count);
    }

    [Theory]
    [InlineData("x\"y,\"unclosed")]
    [InlineData("\"closed\"then more")]
    public void Read_BrokenQuotationMarks_EndsWithTheLine(string broken)
    {
        using PaymentReader reader = Sample.Open(
            Sample.File(Sample.Row, broken, Sample.Row), new PaymentReadOptions { MaxBadRows = 100 });

        var error = Assert.Throws<PaymentFileException>(reader.Rows);

        Assert.Contains("line 3", error.Message);
        Assert.Contains("quotation mark", error.Message);
    }

    [Fact]
    public void Read_EndlessLine_EndsWithinBoundedMemory()
    {
        using var reader = PaymentReader.Open(new EndlessText(Sample.Header + "\n", "x", 1_000_000_000), "endless.csv");

        var error = Assert.Throws<PaymentFileException>(reader.Rows);

        Assert.Contains("longer than 65536 characters", error.Message);
    }

    [Fact]
    public void Read_DamagedGzip_EndsWithClearError()
    {
        byte[] packed = Sample.Gzip(
            Sample.File(
                [.. Enumerable.Range(0, 20_000).Select(
                    i => Sample.Row.Replace("3697", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))]));
        packed.AsSpan(packed.Length / 2, 64).Fill(0xFF);
        using var reader = PaymentReader.Open(
            new MemoryStream(packed), "damaged.csv.gz", new PaymentReadOptions { MaxBadRows = 10_000 });

        var error = Assert.Throws<PaymentFileException>(reader.Rows);

        Assert.StartsWith("damaged.csv.gz: ", error.Message);
    }

    [Fact]
    public void Open_ZipArchiveCutShort_IsIncomplete()
    {
        var error = Assert.Throws<PaymentFileException>(
            () => PaymentReader.Open(new MemoryStream("PK\x03\x04rest"u8.ToArray()), "t.zip"));

        Assert.Contains("zip archive has no directory", error.Message);
        Assert.True(error.IsIncomplete);
    }

    [Fact]
    public void Open_AnyBytes_ReadsOrSaysWhyNot() => CsCheck.Check.Sample(CsCheck.Gen.Byte.Array[1, 300], bytes =>
    {
        foreach (byte[] text in new[] { bytes, [.. Encoding.ASCII.GetBytes(Sample.Header + "\n"), .. bytes] })
        {
            try
            {
                using var reader = PaymentReader.Open(
                    new MemoryStream(text), "bytes", new PaymentReadOptions { MaxBadRows = 100 });
                reader.Rows();
            }
            catch (PaymentFileException)
            {
                // Said why not.
            }
        }
    });

    [Fact]
    public void Read_MillionsOfRows_MemoryStaysBounded()
    {
        const long bytes = 120_000_000;
        using var reader = PaymentReader.Open(
            new EndlessText(Sample.Header + "\n", Sample.Row + "\n", bytes), "long.csv",
            new PaymentReadOptions { MaxBadRows = 1 });
        var batch = new Payment[1024];
        reader.Read(batch);
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (reader.Read(batch) > 0)
        {
        }

        Assert.True(reader.Report.Rows > 1_000_000);
        Assert.Equal(2, reader.Accounts.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void Read_RepeatedRows_AllKept()
    {
        using PaymentReader reader = Sample.Open(Sample.File(Sample.Row, Sample.Row, Sample.Row));

        Assert.Equal(3, reader.Rows().Length);
    }
}
