using Consortium.Learning.Evaluation;
using Consortium.Learning.Payments;
using CsCheck;

namespace Consortium.Learning.Tests.Evaluation;

public sealed class EvaluationCountsTests
{
    private static readonly Gen<ScoredRows> Rows =
        Gen.Select(AveragePrecisionTests.Rows, Gen.Int[0, 4].Array[60])
            .Select((rows, days) => new ScoredRows(rows.Scores, rows.Labels, days.AsMemory(0, rows.Scores.Length)));

    [Fact]
    public void FromSum_BanksVectors_AddsEachBanksDailyAlerts() =>
        Rows.Array[1, 5].Sample(banks =>
        {
            var sum = new long[EvaluationCounts.VectorLength(2)];
            foreach (ScoredRows bank in banks)
            {
                long[] vector = EvaluationCounts.Of(bank, [1, 4]).ToVector();
                Assert.All(vector, count => Assert.InRange(count, 0, bank.Count));
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] += vector[i];
                }
            }

            EvaluationCounts total = EvaluationCounts.FromSum(sum, dailyAlerts: 2);

            Assert.Equal(SumOfDailyAlerts(banks, 1), total.AtDailyAlerts[0]);
            Assert.Equal(SumOfDailyAlerts(banks, 4), total.AtDailyAlerts[1]);
            Assert.Equal(banks.Sum(bank => (long)bank.Count), total.Histogram.Rows);
        }, iter: 100);

    [Theory]
    [InlineData(2, 3)]
    [InlineData(-1, -1)]
    [InlineData(5, 1)]
    [InlineData(4, 3)]
    public void FromSum_CountsThatContradictTheHistogram_AreRejected(long alerts, long hits)
    {
        var rows = new ScoredRows(
            new double[] { 1, 2, 3, 4 },
            new[] { Label.Laundering, Label.Laundering, Label.Legitimate, Label.Legitimate },
            new int[4]);
        long[] sum = EvaluationCounts.Of(rows, [1]).ToVector();
        sum[^2] = alerts;
        sum[^1] = hits;

        Assert.Throws<ArgumentException>(() => EvaluationCounts.FromSum(sum, dailyAlerts: 1));
    }

    private static AlertCounts SumOfDailyAlerts(ScoredRows[] banks, int perDay) =>
        banks.Select(bank => DailyAlerts.Count(bank.Scores.Span, bank.Labels.Span, bank.Days.Span, perDay))
            .Aggregate((left, right) => left + right);
}
