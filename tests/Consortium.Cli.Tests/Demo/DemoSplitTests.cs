using Consortium.Cli.Demo;
using Consortium.Learning.Payments;

namespace Consortium.Cli.Tests.Demo;

public sealed class DemoSplitTests
{
    private static readonly DateTime Start = new(2022, 9, 1);

    [Fact]
    public void ByPayments_TailOfLaunderingAlone_IsLeftOutAndSaid()
    {
        // AMLworld's files end with days that hold laundering alone.
        PaymentSet set = Days([.. Enumerable.Repeat((600, 8), 10), .. Enumerable.Repeat((16, 16), 8)]);

        DemoSplit split = DemoSplit.ByPayments(set)!;

        Assert.Equal((Start.AddDays(8), Start.AddDays(10)), (split.TestStart, split.End));
        Assert.Contains("128 payments, 128 of them laundering", split.Remark);
    }

    [Fact]
    public void ByPayments_DaysAlike_FourFifthsAndNoRemark()
    {
        DemoSplit split = DemoSplit.ByPayments(Days([.. Enumerable.Repeat((50, 2), 20)]))!;

        Assert.Equal((Start.AddDays(16), Start.AddDays(20), null), (split.TestStart, split.End, split.Remark));
        Assert.Equal(split, DemoSplit.ByCalendar(Days([.. Enumerable.Repeat((50, 2), 20)])));
    }

    [Fact]
    public void ByPayments_TestDaysWithoutLaundering_Warns()
    {
        DemoSplit split = DemoSplit.ByPayments(Days([.. Enumerable.Repeat((50, 2), 8), (50, 0), (50, 0)]))!;

        Assert.Contains("The days that are judged have no laundering", split.Remark);
    }

    [Fact]
    public void ByPayments_OneDay_IsNone() => Assert.Null(DemoSplit.ByPayments(Days([(50, 2)])));

    private static PaymentSet Days((int Payments, int Laundering)[] days)
    {
        var accounts = new AccountTable();
        AccountId from = accounts.Intern(new BankId("1"), "a"), to = accounts.Intern(new BankId("2"), "b");
        return new PaymentSet(
            [
                .. days.SelectMany((day, number) => Enumerable.Range(0, day.Payments).Select(i => new Payment
                {
                    Timestamp = Start.AddDays(number).AddMinutes(i),
                    From = from,
                    To = to,
                    AmountReceived = 1,
                    ReceivingCurrency = Currencies.UsDollar,
                    AmountPaid = 1,
                    PaymentCurrency = Currencies.UsDollar,
                    PaymentFormat = PaymentFormat.Wire,
                    Label = i < day.Laundering ? Label.Laundering : Label.Legitimate,
                })),
            ],
            accounts);
    }
}
