using Consortium.Learning.Payments;

namespace Consortium.Learning.Tests.Payments;

[Trait("Category", AmlSim12.Category)]
public sealed class AmlSim12ReadingTests
{
    [Fact]
    public void ReadAll_AmlSim12_EveryRowWithItsLabel()
    {
        PaymentSet set = PaymentReader.ReadAll(AmlSim12.Payments, null, out ReadReport report);

        Assert.Equal(1_549_752, set.Count);
        Assert.Equal(1_549_752, report.Rows);
        Assert.Equal(5_930, report.LaunderingRows);
        Assert.Equal(0, report.BadRows);
        Assert.Equal(0, report.OutOfOrderRows);
        Assert.Equal(12, set.Accounts.Banks.Count);
        Assert.Equal(467_157, report.OtherFormatRows);
        Assert.Equal(new DateTime(2017, 1, 1), report.Earliest);
        Assert.Equal(new DateTime(2017, 12, 26, 23, 59, 0), report.Latest);
    }

    [Fact]
    public void PatternsAndAccounts_AmlSim12_FitItsPayments()
    {
        PaymentSet set = PaymentReader.ReadAll(AmlSim12.Payments);

        IReadOnlyList<LaunderingAttempt> attempts = PatternFile.Read(AmlSim12.Patterns, set.Accounts);
        AccountRecord[] accounts = [.. AccountFile.Read(AmlSim12.Accounts)];
        int[] attemptOfRow = LaunderingAttempt.AttemptOfRow(set, attempts);

        Assert.Equal(522, attempts.Count);
        Assert.Equal(Typologies.Count, attempts.Select(attempt => attempt.Typology).Distinct().Count());
        Assert.Equal(attempts.Sum(attempt => attempt.Payments.Count), attemptOfRow.Count(attempt => attempt >= 0));
        Assert.All(
            Enumerable.Range(0, set.Count).Where(row => attemptOfRow[row] >= 0),
            row => Assert.Equal(Label.Laundering, set[row].Label));
        Assert.Equal(30_000, accounts.Length);
        Assert.True(set.Accounts.Count <= accounts.Length);
    }
}
