using System.Text;
using Consortium.Learning.Payments;

namespace Consortium.Learning.Tests.Payments;

/// <summary>Exports joined to one file, files of other programs, and headers that tools change.</summary>
public sealed class JoinedFilesTests
{
    private const string Swapped = "From Bank,Account,To Bank,Account";

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    public void Read_HeaderAgainInAnotherCase_LeftOut(string mark)
    {
        using PaymentReader reader = Sample.Open(
            $"{Sample.Header}\n{Sample.Row}\n{mark}{Sample.Header.ToLowerInvariant()}\n{Sample.Row}\n");

        Assert.Equal(2, reader.Rows().Length);
        Assert.Equal(1, reader.Report.RepeatedHeaders);
        Assert.Equal(0, reader.Report.SetAside);
    }

    [Theory]
    [InlineData(Swapped, "To Bank,Account,From Bank,Account")] // the sender would be the receiver
    [InlineData("Amount Received,Receiving Currency,Amount Paid", "Amount Paid,Receiving Currency,Amount Received")]
    [InlineData(",Is Laundering", ",Is Laundering,Channel")]
    [InlineData(",Is Laundering", "")]
    public void Read_AnotherHeaderAmongTheRows_Rejected(string text, string other)
    {
        string second = Sample.Header.Replace(text, other, StringComparison.Ordinal);
        using PaymentReader reader = Sample.Open(
            $"{Sample.Header}\n{Sample.Row}\n{second}\n{Sample.Row}\n", new PaymentReadOptions { MaxBadRows = long.MaxValue });

        Assert.Contains("line 3 is another header", Assert.Throws<PaymentFileException>(() => reader.Rows()).Message);
    }

    [Fact]
    public void Read_RowsPartedByAReturnAmongOthers_SetAsideWithTheFix()
    {
        using PaymentReader reader = Sample.Open(
            $"{Sample.Header}\n{Sample.Row}\r{Sample.Row}\n{Sample.Row}\n", new PaymentReadOptions { MaxBadRows = 1 });

        Assert.Single(reader.Rows());
        Assert.Contains("end all lines alike", Assert.Single(reader.Report.Problems).Reason);
    }

    [Fact]
    public void Read_ColumnsWithTheirTableInFront_SameRow()
    {
        string header = string.Join(
            ',', Sample.Header.Split(',').Select(name => "payments." + name.Replace(' ', '_').ToLowerInvariant()));
        using PaymentReader reader = Sample.Open($"{header}\n{Sample.Row}\n");

        Assert.Single(reader.Rows());
        Assert.True(reader.Report.HasLabels);
    }

    [Theory]
    [InlineData("From Bank,Account_x,To Bank,Account_y")]
    [InlineData("From Bank,Account.x,To Bank,Account.y")]
    [InlineData("From Bank,Account,To Bank,Account_right")]
    public void Read_AccountsOfMergedTables_SendersFirst(string order)
    {
        using PaymentReader reader = Sample.Open(
            Sample.File(Sample.Row).Replace(Swapped, order, StringComparison.Ordinal));

        Assert.Equal("8000EBD30", reader.Accounts.NumberOf(Assert.Single(reader.Rows()).From));
    }

    [Theory]
    [InlineData("To Bank,Account_x,From Bank,Account_y")]
    [InlineData("From Bank,Account_y,To Bank,Account_x")]
    public void Open_AccountsOfMergedTablesBehindTheOtherBank_Rejected(string order) => Assert.Contains(
        "behind the other party's bank",
        Assert.Throws<PaymentFileException>(
            () => Sample.Open(Sample.File(Sample.Row).Replace(Swapped, order, StringComparison.Ordinal))).Message);

    [Theory]
    [InlineData('~')]
    [InlineData('^')]
    public void Open_OtherSeparator_RejectedWithTheOnesThatAreRead(char separator) => Assert.Contains(
        "a mapping can name another separator",
        Assert.Throws<PaymentFileException>(
            () => Sample.Open(Sample.File(Sample.Row).Replace(',', separator))).Message);

    [Theory]
    [InlineData(new byte[] { 0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A }, "HDF5")]
    [InlineData(new byte[] { 0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1 }, "NumPy")]
    [InlineData(new byte[] { 0x80, 4, 0x95, 0, 0 }, "pickle")]
    [InlineData(new byte[] { (byte)'X', (byte)'\n', 0, 0, 0, 3 }, "R data")]
    [InlineData(new byte[] { (byte)'F', (byte)'E', (byte)'A', (byte)'1', 0 }, "Feather")]
    [InlineData(new byte[] { (byte)'$', (byte)'F', (byte)'L', (byte)'2', (byte)'@' }, "SPSS")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0 }, "begins with zeros")]
    [InlineData(new byte[] { 7, 0, 0, 0, (byte)'a', 1, 0 }, "not text in UTF-8")]
    public void Open_FileOfAnotherProgram_RejectedByWhatItIs(byte[] start, string reason) => Assert.Contains(
        reason,
        Assert.Throws<PaymentFileException>(() => PaymentReader.Open(new MemoryStream(start), "rows.csv")).Message);

    [Fact]
    public void Open_Ebcdic_RejectedAsNoText()
    {
        byte[] bytes = CodePagesEncodingProvider.Instance.GetEncoding(500)!.GetBytes(Sample.File(Sample.Row));

        Assert.Contains(
            "not text in UTF-8",
            Assert.Throws<PaymentFileException>(() => PaymentReader.Open(new MemoryStream(bytes), "rows.csv")).Message);
    }
}
