using Consortium.Learning.Features;
using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;

namespace Consortium.Learning.Tests.Simulation;

/// <summary>No computed feature alone may give laundering away either: average precision below 0.05 in both directions.</summary>
public sealed class SingleFeatureTests
{
    private const double Limit = 0.05;

    [Fact]
    public void AveragePrecision_EveryFeatureAlone_BelowLimit()
    {
        SimulatedData data = Simulator.Run(new SimulationPlan { Payments = 150_000, Accounts = 3_000 });
        int width = FeatureExtractor.Schema.Count;
        var columns = new float[width][];
        for (int column = 0; column < width; column++)
        {
            columns[column] = new float[data.Set.Count];
        }

        var row = new float[width];
        foreach (BankView view in BankView.Split(data.Set))
        {
            var extractor = new FeatureExtractor(view.Bank, view.Accounts);
            for (int i = 0; i < view.Count; i++)
            {
                if (extractor.Add(view.Payments[i], row))
                {
                    for (int column = 0; column < width; column++)
                    {
                        columns[column][view.SourceRows[i]] = row[column];
                    }
                }
            }
        }

        bool[] laundering = [.. Enumerable.Range(0, data.Set.Count).Select(data.IsLaundering)];
        Assert.InRange(laundering.Count(positive => positive), 300, 450);
        for (int column = 0; column < width; column++)
        {
            double precision = RankedPrecision.BestOfBothWays(columns[column], laundering);
            Assert.True(
                precision < Limit,
                $"'{FeatureExtractor.Schema.Features[column].Name}' alone reaches average precision {precision:0.0000}.");
        }
    }

    [Fact]
    public void BestOfBothWays_KnownRankings_TheirPrecision()
    {
        Assert.Equal(1, RankedPrecision.BestOfBothWays([1.0, 2, 3], [true, false, false]));
        Assert.Equal(1, RankedPrecision.BestOfBothWays([1.0, 2, 3], [false, false, true]));
        Assert.Equal(0.25, RankedPrecision.BestOfBothWays([5.0, 5, 5, 5], [false, true, false, false]));
        Assert.Equal((1 + 2.0 / 3) / 2, RankedPrecision.BestOfBothWays([4.0, 3, 2, 1], [true, false, true, false]), 12);
    }
}
