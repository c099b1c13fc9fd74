using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;

namespace Consortium.Learning.Tests.Simulation;

/// <summary>No column of a row alone may give laundering away: average precision below 0.05 in both directions.</summary>
public sealed class SingleColumnTests(SimulationFixture fixture) : IClassFixture<SimulationFixture>
{
    private const double Limit = 0.05;

    private static readonly Dictionary<string, Func<Payment, AccountTable, double>> Columns = new()
    {
        ["amount paid"] = (row, _) => (double)row.AmountPaid,
        ["amount received"] = (row, _) => (double)row.AmountReceived,
        ["received over paid"] = (row, _) => (double)(row.AmountReceived / row.AmountPaid),
        ["cents"] = (row, _) => (double)(row.AmountPaid % 1),
        ["trailing zeros"] =
            (row, _) => row.AmountPaid % 100 == 0 ? 3 : row.AmountPaid % 10 == 0 ? 2 : row.AmountPaid % 1 == 0 ? 1 : 0,
        ["day"] = (row, _) => row.Timestamp.Date.Ticks,
        ["hour"] = (row, _) => row.Timestamp.Hour,
        ["minute"] = (row, _) => row.Timestamp.Minute,
        ["minute of day"] = (row, _) => row.Timestamp.TimeOfDay.Ticks,
        ["weekday"] = (row, _) => (double)row.Timestamp.DayOfWeek,
        ["payment currency"] = (row, _) => row.PaymentCurrency.Code,
        ["receiving currency"] = (row, _) => row.ReceivingCurrency.Code,
        ["conversion"] = (row, _) => row.PaymentCurrency == row.ReceivingCurrency ? 0 : 1,
        ["sender"] = (row, _) => row.From.Index,
        ["receiver"] = (row, _) => row.To.Index,
        ["sender's bank"] = (row, accounts) => accounts.BankIndexOf(row.From),
        ["receiver's bank"] = (row, accounts) => accounts.BankIndexOf(row.To),
        ["cross-bank"] = (row, accounts) => accounts.BankIndexOf(row.From) == accounts.BankIndexOf(row.To) ? 0 : 1,
        ["own account"] = (row, _) => row.From == row.To ? 1 : 0,
    };

    public static TheoryData<string> ColumnNames => [.. Columns.Keys];

    [Theory]
    [MemberData(nameof(ColumnNames))]
    public void AveragePrecision_OneColumnAlone_BelowLimit(string column)
    {
        PaymentSet set = fixture.Data.Set;
        AssertHidden(column, row => Columns[column](set[row], set.Accounts));
    }

    [Fact]
    public void AveragePrecision_RowOrder_BelowLimit() => AssertHidden("row order", row => row);

    [Fact]
    public void AveragePrecision_OrderWithinMinute_BelowLimit()
    {
        PaymentSet set = fixture.Data.Set;
        var place = new double[set.Count];
        for (int row = 1; row < place.Length; row++)
        {
            place[row] = set[row].Timestamp == set[row - 1].Timestamp ? place[row - 1] + 1 : 0;
        }

        AssertHidden("order within the minute", row => place[row]);
    }

    [Theory]
    [InlineData("payment format")]
    [InlineData("payment currency")]
    [InlineData("sender's bank")]
    [InlineData("weekday")]
    public void LaunderingRate_OneCategoryAlone_BelowLimit(string column)
    {
        // Categories have no order: none may be mostly laundering, whichever it is. Small ones say little and are left out.
        const int least = 500;
        SimulatedData data = fixture.Data;
        Func<Payment, object> category = column switch
        {
            "payment format" => row => row.PaymentFormat,
            "payment currency" => row => row.PaymentCurrency,
            "sender's bank" => row => data.Set.Accounts.BankOf(row.From),
            _ => row => row.Timestamp.DayOfWeek,
        };
        IEnumerable<double> rates = Enumerable.Range(0, data.Set.Count)
            .GroupBy(row => category(data.Set[row]))
            .Where(rows => rows.Count() >= least)
            .Select(rows => rows.Count(data.IsLaundering) / (double)rows.Count());

        Assert.All(rates, rate => Assert.InRange(rate, 0, Limit));
    }

    private void AssertHidden(string column, Func<int, double> value)
    {
        SimulatedData data = fixture.Data;
        double[] values = [.. Enumerable.Range(0, data.Set.Count).Select(value)];
        bool[] laundering = [.. Enumerable.Range(0, data.Set.Count).Select(data.IsLaundering)];
        double precision = RankedPrecision.BestOfBothWays(values, laundering);

        Assert.True(precision < Limit, $"'{column}' alone reaches average precision {precision:0.0000}.");
    }
}
