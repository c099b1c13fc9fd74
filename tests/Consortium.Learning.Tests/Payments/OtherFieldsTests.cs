using Consortium.Learning.Payments;

namespace Consortium.Learning.Tests.Payments;

/// <summary>Times, amounts and account numbers in the forms of other programs.</summary>
public sealed class OtherFieldsTests
{
    [Theory]
    [InlineData("01SEP2022:00:20:00.000", 0)] // SAS
    [InlineData("Sep  1 2022 12:20:00:000AM", 0)] // SQL Server
    [InlineData("2022-09-01 12:20:00 AM", 0)]
    [InlineData("2022/9/1 1:20 pm", 13)]
    [InlineData("2022-09-01 12:20:00.5\u202FPM", 12)]
    [InlineData("2022-09-01 11:20:59 pm", 23)]
    public void Read_Time_AsItIsMeant(string time, int hour) => Assert.Equal(
        hour, Assert.Single(Read($"\"{time}\"{Sample.Row[16..]}").Rows).Timestamp.Hour);

    [Theory]
    [InlineData("01-SEP-2022")]
    [InlineData("01SEP2022")]
    [InlineData("1 Sep 2022")]
    [InlineData("\"Sep 1, 2022\"")]
    public void Read_DayWithAMonthsName_IsADayAlone(string day)
    {
        (Payment[] rows, ReadReport report) = Read(day + Sample.Row[16..]);

        Assert.Equal(new DateTime(2022, 9, 1), Assert.Single(rows).Timestamp);
        Assert.Equal(1, report.DayOnlyRows);
    }

    [Theory]
    [InlineData("2022-09-01 13:20 PM", "mapping can name another form")]
    [InlineData("2022-09-01 00:20 AM", "mapping can name another form")]
    [InlineData("01-SEP-22", "mapping can name another form")]
    [InlineData("2022-09-01T24:00:00", "mapping can name another form")]
    [InlineData("09/13/2022 00:20", "which is the day and which the month")]
    [InlineData("9/13/2022 10:20:00 PM", "which is the day and which the month")]
    public void Read_TimeThatIsNotCertain_SetAside(string time, string reason)
    {
        (Payment[] rows, ReadReport report) = Read(time + Sample.Row[16..]);

        Assert.Empty(rows);
        Assert.Contains(reason, Assert.Single(report.Problems).Reason);
    }

    [Fact]
    public void Read_ZonesInSomeTimesOnly_WarnedOf()
    {
        (Payment[] rows, ReadReport report) = Read(
            Sample.Row, "2022-09-01T00:20:00+02:00" + Sample.Row[16..]);

        Assert.Equal(2, rows.Length);
        Assert.Contains("Other times of the file name none", Assert.Single(report.Warnings));
    }

    [Theory]
    [InlineData("12,34,567.50", "1234567.50")]
    [InlineData("1,23,456", "123456")]
    [InlineData("1,234,567.50", "1234567.50")]
    public void Read_AmountGroupedByTwosAsInIndia_Exact(string amount, string expected) => Assert.Equal(
        expected,
        Assert.Single(Read(WithAmount($"\"{amount}\"")).Rows).AmountPaid.ToString(
            System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("12,34.50")]
    [InlineData("1,23,45.50")]
    [InlineData("123,45,678")]
    [InlineData("(12.50)")]
    [InlineData("12.50-")]
    [InlineData("12.50 CR")]
    [InlineData("\u20AC12.50")]
    [InlineData("1_234.50")]
    public void Read_AmountOfAnotherForm_SetAsideWithTheWayToExport(string amount)
    {
        (Payment[] rows, ReadReport report) = Read(WithAmount($"\"{amount}\""));

        Assert.Empty(rows);
        Assert.Contains("export amounts with a decimal point", Assert.Single(report.Problems).Reason);
    }

    /// <summary>The first amount is read as little more than one before the second shows that it is a thousand.</summary>
    [Fact]
    public void Read_PointThatALaterAmountShowsToGroup_RejectsTheFile()
    {
        using PaymentReader reader = Open(WithAmount("1.234"), WithAmount("\"1.234,50\""));

        string reason = Assert.Throws<PaymentFileException>(() => reader.Rows()).Reason;

        Assert.Contains("amounts such as '1.234' were read with a decimal point", reason);
    }

    [Fact]
    public void Read_IbanInGroups_SameAccountAsWithout()
    {
        const string iban = "CH93 0076 2011 6238 5295 7";
        using PaymentReader reader = Open(
            Sample.Row.Replace("8000EBD30", iban, StringComparison.Ordinal),
            Sample.Row.Replace("8000EBD30", "CH9300762011623852957", StringComparison.Ordinal),
            Sample.Row.Replace("8000EBD30", iban, StringComparison.Ordinal));

        Assert.Single(reader.Rows().Select(row => row.From).Distinct());
        Assert.Equal("CH9300762011623852957", reader.Accounts.NumberOf(default));
    }

    [Fact]
    public void Read_BlanksInNoIban_SetAside() =>
        Assert.Empty(Read(Sample.Row.Replace("8000EBD30", "CH93 0076 2011 6238 5295 8", StringComparison.Ordinal)).Rows);

    private static string WithAmount(string amount) =>
        Sample.Row.Replace("0.01,", amount + ",", StringComparison.Ordinal).Replace(
            "3697.34", amount, StringComparison.Ordinal);

    private static PaymentReader Open(params string[] rows) =>
        Sample.Open(Sample.File(rows), new PaymentReadOptions { MaxBadRows = 1 });

    private static (Payment[] Rows, ReadReport Report) Read(params string[] rows)
    {
        using PaymentReader reader = Open(rows);
        return (reader.Rows(), reader.Report);
    }
}
