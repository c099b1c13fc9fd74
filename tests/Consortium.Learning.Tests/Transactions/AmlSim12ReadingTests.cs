using Consortium.Learning.Transactions;

namespace Consortium.Learning.Tests.Transactions;

[Trait("Category", AmlSim12.Category)]
public sealed class AmlSim12ReadingTests
{
    [Fact]
    public void ReadAll_AmlSim12_EveryRowWithItsLabel()
    {
        TransactionSet set = TransactionReader.ReadAll(AmlSim12.Transactions, null, out ReadReport report);

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
}
