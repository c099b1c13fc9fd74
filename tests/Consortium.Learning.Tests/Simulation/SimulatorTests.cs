using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;

namespace Consortium.Learning.Tests.Simulation;

public sealed class SimulatorTests(SimulationFixture fixture) : IClassFixture<SimulationFixture>
{
    private static readonly PaymentOrigin[] LookAlikes =
    [
        PaymentOrigin.Payroll, PaymentOrigin.Payout, PaymentOrigin.MerchantFanIn, PaymentOrigin.TwoCycle,
        PaymentOrigin.TradeLoop, PaymentOrigin.Rent, PaymentOrigin.Agency,
    ];

    private SimulatedData Data => fixture.Data;

    [Fact]
    public void Run_DefaultPlan_RatesAreThePlans()
    {
        int laundering = Rows(Data.IsLaundering);
        int outside = Rows(row => Data.Origins[row] == PaymentOrigin.LaunderingOutside);

        AssertNear(fixture.Plan.Payments, Data.Set.Count, 0.03);
        AssertNear(fixture.Plan.LaunderingRate * fixture.Plan.Payments, laundering, 0.02);
        AssertNear(fixture.Plan.OutsidePatternShare, outside / (double)laundering, 0.05);
        Assert.InRange(fixture.Plan.OutsidePatternShare, 0.4, 0.7);
    }

    [Fact]
    public void Run_DefaultPlan_LookAlikesOutnumberLaunderingTenfold()
    {
        int laundering = Rows(Data.IsLaundering);
        int fanOut = Rows(row => Data.Origins[row] is PaymentOrigin.Payroll or PaymentOrigin.Payout);
        int fanIn = Rows(row => Data.Origins[row] == PaymentOrigin.MerchantFanIn);
        int cycles = Rows(row => Data.Origins[row] is PaymentOrigin.TwoCycle or PaymentOrigin.TradeLoop);
        int passedOn = Rows(row => Data.Origins[row] is PaymentOrigin.Rent or PaymentOrigin.Agency);
        int firstTime = Rows(row => Data.Origins[row] == PaymentOrigin.FirstTime);

        Assert.All(
            [fanOut, fanIn, cycles, passedOn, firstTime],
            count => Assert.True(count >= 10 * laundering, $"{count} to {laundering}"));
        AssertNear(
            fixture.Plan.LookAlikeShare, Rows(row => LookAlikes.Contains(Data.Origins[row])) / (double)Data.Set.Count, 0.1);
    }

    [Fact]
    public void Run_DefaultPlan_LaunderingIsHiddenFromOneBank()
    {
        // A counterparty's bank is the originator's in 35 % of draws; two independent members share one less often.
        int[] pattern = [.. Enumerable.Range(0, Data.Set.Count).Where(Data.IsLaundering)];
        double laundering = pattern.Count(IsCrossBank) / (double)pattern.Length;
        double honest = Rows(IsCrossBank) / (double)Data.Set.Count;

        Assert.InRange(laundering, 0.55, 0.85);
        Assert.InRange(honest, 0.5, 0.8);
    }

    [Fact]
    public void Run_DefaultPlan_MembersSitInTheOriginatorsBankByThePlansShare()
    {
        int members = 0, own = 0;
        foreach (LaunderingAttempt attempt in Data.Attempts.Where(
            attempt => attempt.Typology is Typology.FanOut or Typology.Cycle or Typology.Random))
        {
            int bank = Data.Set.Accounts.BankIndexOf(attempt.Payments[0].From);
            int[] others =
                [.. attempt.Payments.Select(row => row.To)
                    .Distinct()
                    .Where(to => to != attempt.Payments[0].From)
                    .Select(Data.Set.Accounts.BankIndexOf)];
            members += others.Length;
            own += others.Count(other => other == bank);
        }

        Assert.True(members > 200);
        Assert.InRange(own / (double)members, fixture.Plan.OwnBankShare - 0.1, fixture.Plan.OwnBankShare + 0.1);
    }

    [Fact]
    public void Run_DefaultPlan_BanksAreZipfSized()
    {
        AccountTable accounts = Data.Set.Accounts;
        int[] sizes = new int[accounts.Banks.Count];
        for (int account = 0; account < accounts.Count; account++)
        {
            sizes[accounts.BankIndexOf(new AccountId(account))]++;
        }

        Assert.Equal(fixture.Plan.Banks, sizes.Length);
        Assert.Equal(fixture.Plan.Accounts, sizes.Sum());
        for (int rank = 1; rank <= sizes.Length; rank++)
        {
            AssertNear(sizes[0] / (double)rank, sizes[rank - 1], 0.05);
        }
    }

    [Fact]
    public void Run_DefaultPlan_EveryTypologyAsOften()
    {
        int[] counts =
            [.. Enum.GetValues<Typology>().Select(typology => Data.Attempts.Count(attempt => attempt.Typology == typology))];

        Assert.Equal(Typologies.Count, counts.Length);
        Assert.InRange(counts.Max() - counts.Min(), 0, 1);
        Assert.True(counts.Min() > 5);
    }

    [Fact]
    public void Run_DefaultPlan_MissedLabelsDifferPerBank()
    {
        int banks = Data.Set.Accounts.Banks.Count;
        var missed = new int[banks];
        var all = new int[banks];
        for (int row = 0; row < Data.Set.Count; row++)
        {
            Assert.True(
                Data.IsLaundering(row) || Data.Set[row].Label == Label.Legitimate,
                "Honest payments are never labelled laundering.");
            if (Data.IsLaundering(row))
            {
                int bank = Data.Set.Accounts.BankIndexOf(Data.Set[row].From);
                all[bank]++;
                missed[bank] += Data.Set[row].Label == Label.Legitimate ? 1 : 0;
            }
        }

        for (int bank = 0; bank < banks; bank++)
        {
            double share = Data.MissedLabelShares[bank];
            double deviation = 4 * Math.Sqrt(share * (1 - share) * all[bank]) + 1;
            Assert.InRange(missed[bank], share * all[bank] - deviation, share * all[bank] + deviation);
        }

        Assert.True(Data.MissedLabelShares.Max() - Data.MissedLabelShares.Min() > 0.05);
        Assert.InRange(
            missed.Sum() / (double)all.Sum(), 0.3 * fixture.Plan.MissedLabelShare, 1.7 * fixture.Plan.MissedLabelShare);
    }

    [Fact]
    public void Run_DefaultPlan_SevenFormatsSeveralCurrencies()
    {
        PaymentFormat[] formats = [.. Enumerable.Range(0, Data.Set.Count).Select(row => Data.Set[row].PaymentFormat).Distinct()];
        Currency[] currencies = [.. Enumerable.Range(0, Data.Set.Count).Select(row => Data.Set[row].PaymentCurrency).Distinct()];

        Assert.Equal(7, formats.Length);
        Assert.DoesNotContain(PaymentFormat.Other, formats);
        Assert.True(currencies.Length >= 5);
        Assert.True(Rows(row => Data.Set[row].PaymentCurrency != Data.Set[row].ReceivingCurrency) > Data.Set.Count / 100);
    }

    [Fact]
    public void Run_DefaultPlan_InOrderOfTimeWithinItsDays()
    {
        Assert.True(TimeOrder.IsSorted(Data.Set.Payments));
        Assert.Equal(fixture.Plan.FirstDay, DateOnly.FromDateTime(Data.Set[0].Timestamp));
        Assert.Equal(fixture.Plan.FirstDay.AddDays(fixture.Plan.Days - 1), DateOnly.FromDateTime(Data.Set[^1].Timestamp));
    }

    [Theory]
    [InlineData(3, 60, 7, 1_000)]
    [InlineData(200, 5_000, 30, 20_000)]
    [InlineData(12, 2_000, 400, 50_000)]
    public void Run_OtherSizes_MeetsThePlan(int banks, int accounts, int days, int payments)
    {
        SimulatedData data = Simulator.Run(new SimulationPlan
        {
            Banks = banks,
            Accounts = accounts,
            Days = days,
            Payments = payments,
            LaunderingRate = 0.01,
        });

        AssertNear(payments, data.Set.Count, 0.2);
        Assert.InRange(Enumerable.Range(0, data.Set.Count).Count(data.IsLaundering), 0.01 * payments, 0.01 * payments + 20);
        Assert.Equal(banks, data.Set.Accounts.Banks.Count);
        Assert.Equal(accounts, data.AccountRecords.Count);
    }

    private static void AssertNear(double expected, double actual, double tolerance) =>
        Assert.InRange(actual, expected * (1 - tolerance), expected * (1 + tolerance));

    private int Rows(Func<int, bool> condition) => Enumerable.Range(0, Data.Set.Count).Count(condition);

    private bool IsCrossBank(int row) =>
        Data.Set.Accounts.BankIndexOf(Data.Set[row].From) != Data.Set.Accounts.BankIndexOf(Data.Set[row].To);
}
