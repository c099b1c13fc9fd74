using Consortium.Learning.Features;
using CsCheck;
using Xunit;

namespace Consortium.Learning.Tests.Features;

public sealed class FeatureReferenceTests
{
    /// <summary>Within a year and 256 recent payments, for the reference knows no forgetting of accounts.</summary>
    [Fact]
    public void Add_SmallTraffic_EveryFeatureEqualsItsDefinition() =>
        Gen.Select(Gen.Int, Gen.Int[2, 10], Gen.OneOfConst(2, 40, 500, 3000)).Sample(
            (seed, accounts, gap) =>
            {
                List<NamedPayment> payments = FeatureExtractorTests.Seen(RandomPayments.Draw(seed, 120, accounts, gap));
                List<float[]?> rows = FeatureExtractorTests.Extract(payments);
                var reference = new FeatureReference(payments);
                for (int i = 0; i < payments.Count; i++)
                {
                    if (rows[i] is { } row)
                    {
                        AssertSame(reference.Row(i), row, i);
                    }
                }
            },
            iter: 60);

    private static void AssertSame(Dictionary<string, double> expected, float[] row, int index)
    {
        Assert.Equal(FeatureExtractor.Schema.Count, expected.Count);
        for (int column = 0; column < row.Length; column++)
        {
            string name = FeatureExtractor.Schema.Features[column].Name;
            double value = expected[name];
            bool same = double.IsNaN(value) ? float.IsNaN(row[column]) : Math.Abs(row[column] - value) <= 1e-4 * (1 + Math.Abs(value));
            Assert.True(same, $"row {index}: {name} is {row[column]}, not {value}");
        }
    }
}
