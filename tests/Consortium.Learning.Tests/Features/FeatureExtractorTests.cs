using Consortium.Learning.Features;
using Consortium.Learning.Payments;
using CsCheck;
using Xunit;

namespace Consortium.Learning.Tests.Features;

public sealed class FeatureExtractorTests
{
    private static readonly BankId Bank = RandomPayments.Banks[0];

    private static readonly Gen<List<NamedPayment>> Traffic =
        from seed in Gen.Int
        from count in Gen.Int[1, 300]
        from accounts in Gen.Int[2, 12]
        from gap in Gen.OneOfConst(1, 40, 2000, 20_000)
        select Seen(RandomPayments.Draw(seed, count, accounts, gap));

    [Fact]
    public void Add_FutureRowsCutOff_LeavesEarlierRowsUnchanged() => Traffic.Sample(
        payments =>
        {
            List<float[]?> whole = Extract(payments);
            List<float[]?> half = Extract(payments[..(payments.Count / 2)]);
            Assert.Equal(whole[..half.Count], half);
        },
        iter: 100);

    [Fact]
    public void Add_OtherFuture_LeavesEarlierRowsUnchanged() => Gen.Select(Traffic, Traffic).Sample(
        (payments, others) =>
        {
            DateTime cut = payments[payments.Count / 2].Time;
            int past = payments.FindIndex(payment => payment.Time == cut);
            IEnumerable<NamedPayment> otherFuture = others.Select((payment, i) => payment with { Time = cut.AddMinutes(i / 2) });
            List<float[]?> one = Extract(payments);
            List<float[]?> other = Extract([.. payments[..past], .. otherFuture]);
            Assert.Equal(one[..past], other[..past]);
        },
        iter: 100);

    [Fact]
    public void Add_RowsOfTheSameMinute_DoNotSeeEachOther() => Traffic.Sample(
        payments =>
        {
            DateTime last = payments[^1].Time;
            int past = payments.FindIndex(payment => payment.Time == last);
            List<NamedPayment> together = payments[past..];
            List<float[]?> expected = Extract(payments)[past..];
            List<float[]?> reversed = Extract([.. payments[..past], .. Enumerable.Reverse(together)])[past..];
            reversed.Reverse();
            Assert.Equal(expected, reversed);
            for (int i = 0; i < together.Count; i++)
            {
                Assert.Equal(expected[i], Extract([.. payments[..past], together[i]])[past]);
            }
        },
        iter: 50);

    [Fact]
    public void Add_ViewFromPooledFile_EqualsViewFromItsOwnFile() =>
        Gen.Select(Gen.Int, Gen.Int[3, 12]).Sample(
            (seed, count) =>
            {
                List<NamedPayment> pooled = RandomPayments.Draw(seed, 200, count, 300);
                var accounts = new AccountTable();
                var set = new PaymentSet([.. pooled.Select(payment => payment.In(accounts))], accounts);
                foreach (BankView view in BankView.Split(set))
                {
                    var ownTable = new AccountTable();
                    IEnumerable<Payment> ownFile = pooled.Where(payment => payment.IsSeenBy(view.Bank))
                        .Select(payment => payment.In(ownTable));
                    Assert.Equal(
                        Extract(new FeatureExtractor(view.Bank, accounts), view.Payments.ToArray()),
                        Extract(new FeatureExtractor(view.Bank, ownTable), ownFile));
                }
            },
            iter: 50);

    [Fact]
    public void Add_AfterAYearOfSilence_StartsAfresh() => Gen.Select(Traffic, Traffic).Sample(
        (before, after) =>
        {
            TimeSpan shift = before[^1].Time.AddDays(361) - after[0].Time;
            List<NamedPayment> later = after.ConvertAll(payment => payment with { Time = payment.Time + shift });
            Assert.Equal(Extract(later), Extract([.. before, .. later])[before.Count..]);
        },
        iter: 50);

    [Fact]
    public void Add_EveryAccountOnceOverTenYears_KeepsOnlyAYearOfThem()
    {
        var accounts = new AccountTable();
        var extractor = new FeatureExtractor(Bank, accounts);
        var row = new float[FeatureExtractor.Schema.Count];
        for (int day = 0; day < 3600; day++)
        {
            var payment = new NamedPayment(
                new DateTime(2020, 1, 1).AddDays(day), day * 3, day * 3 + 1, 10, 10, PaymentFormat.Wire);
            extractor.Add(payment.In(accounts), row);
        }

        Assert.InRange(extractor.AccountCount, 720, 800);
        Assert.InRange(extractor.PairCount, 360, 400);
    }

    [Fact]
    public void Add_ReceivedPayment_IsNotOwned()
    {
        var accounts = new AccountTable();
        var row = new float[FeatureExtractor.Schema.Count];
        var extractor = new FeatureExtractor(Bank, accounts);
        Assert.False(
            extractor.Add(new NamedPayment(new DateTime(2022, 9, 1), 1, 0, 10, 10, PaymentFormat.Wire).In(accounts), row));
        Assert.All(row, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Add_PaymentOfOtherBanks_Rejects()
    {
        var accounts = new AccountTable();
        var row = new float[FeatureExtractor.Schema.Count];
        var extractor = new FeatureExtractor(Bank, accounts);
        var payment = new NamedPayment(new DateTime(2022, 9, 1), 1, 2, 10, 10, PaymentFormat.Wire);
        Assert.Contains(
            "001 does not see", Assert.Throws<ArgumentException>(() => extractor.Add(payment.In(accounts), row)).Message);
    }

    [Fact]
    public void Add_EarlierThanTheLast_Rejects()
    {
        var accounts = new AccountTable();
        var row = new float[FeatureExtractor.Schema.Count];
        var extractor = new FeatureExtractor(Bank, accounts);
        var payment = new NamedPayment(new DateTime(2022, 9, 1, 0, 5, 0), 0, 1, 10, 10, PaymentFormat.Wire);
        extractor.Add(payment.In(accounts), row);
        Assert.Throws<ArgumentException>(
            () => extractor.Add((payment with { Time = payment.Time.AddMinutes(-1) }).In(accounts), row));
    }

    internal static List<NamedPayment> Seen(List<NamedPayment> payments)
    {
        List<NamedPayment> seen = payments.FindAll(payment => payment.IsSeenBy(Bank));
        return seen.Count > 0 ? seen : [payments[0] with { From = 0 }];
    }

    internal static List<float[]?> Extract(List<NamedPayment> payments)
    {
        var accounts = new AccountTable();
        return Extract(new FeatureExtractor(Bank, accounts), payments.Select(payment => payment.In(accounts)));
    }

    /// <summary>One entry a payment: its features, or null where the bank does not own it.</summary>
    internal static List<float[]?> Extract(FeatureExtractor extractor, IEnumerable<Payment> payments)
    {
        var rows = new List<float[]?>();
        foreach (Payment payment in payments)
        {
            var row = new float[FeatureExtractor.Schema.Count];
            rows.Add(extractor.Add(payment, row) ? row : null);
        }

        return rows;
    }
}
