using Consortium.Learning.Features;
using CsCheck;
using Xunit;

namespace Consortium.Learning.Tests.Features;

public sealed class FeatureReferenceTests
{
    /// <summary>Within a year, for the reference forgets no account.</summary>
    [Fact]
    public void Add_SmallTraffic_EveryFeatureEqualsItsDefinition() =>
        Gen.Select(Gen.Int, Gen.Int[2, 10], Gen.OneOfConst(2, 40, 500, 3000)).Sample(
            (seed, accounts, gap) =>
            {
                List<NamedPayment> payments = FeatureExtractorTests.Seen(RandomPayments.Draw(seed, 120, accounts, gap));
                AssertSame(payments, from: 0);
            },
            iter: 40);

    [Theory]
    [InlineData(40, 3000, 30)]
    [InlineData(2, 900, 2)]
    [InlineData(2, 900, 60)]
    public void Add_BusyAccounts_WindowsHoldTheNewestAlone(int accounts, int count, int gap)
    {
        List<NamedPayment> payments = RandomPayments.Draw(seed: 3, count, accounts, gap)
            .FindAll(payment => payment.From == 0 || payment.To == 0);
        AssertSame(payments, payments.Count - 20);
    }

    private static void AssertSame(List<NamedPayment> payments, int from)
    {
        List<float[]?> rows = FeatureExtractorTests.Extract(payments);
        var reference = new FeatureReference(payments);
        for (int i = from; i < payments.Count; i++)
        {
            if (rows[i] is { } row)
            {
                AssertSame(reference.Row(i), row, i);
            }
        }
    }

    private static void AssertSame(Dictionary<string, double> expected, float[] row, int index)
    {
        Assert.Equal(FeatureExtractor.Schema.Count, expected.Count);
        for (int column = 0; column < row.Length; column++)
        {
            string name = FeatureExtractor.Schema.Features[column].Name;
            double value = expected[name];
            bool same = double.IsNaN(value)
                ? float.IsNaN(row[column])
                : Math.Abs(row[column] - value) <= 1e-4 * (1 + Math.Abs(value));
            Assert.True(same, $"row {index}: {name} is {row[column]}, not {value}");
        }
    }
}
