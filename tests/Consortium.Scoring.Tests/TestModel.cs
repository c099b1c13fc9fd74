#pragma warning disable RS0030 // A seeded generator for tests.
using Consortium.Learning.Cells;
using Consortium.Learning.Features;

namespace Consortium.Scoring.Tests;

/// <summary>A small additive model with seeded values, and rows for it.</summary>
internal static class TestModel
{
    private const int Features = 6;
    private static readonly float[] Edges = [-1, 0, 0.5f, 2];

    public static FeatureSchema Schema { get; } = new(1, [.. Enumerable.Range(0, Features).Select(i => new FeatureDefinition
    {
        Name = $"column_{i}",
        Group = FeatureGroup.Account,
        Unit = FeatureUnit.Deviations,
        Description = $"column {i}",
    })]);

    public static CellModel Create(int seed)
    {
        var random = new Random(seed);
        var shape = new CellShape(
            Features, Schema.Digest, [.. Enumerable.Range(0, Features).Select(feature => CellGroup.OfBins(feature, Edges))]);
        double[] values = [.. Enumerable.Range(0, shape.CellCount).Select(_ => random.NextDouble() - 0.5)];
        return CellModel.Quantise(new CellTable(shape, [.. values], Base: -4), largestScore: 4104);
    }

    public static FeatureMatrix Rows(int count, int seed = 2)
    {
        var random = new Random(seed);
        var rows = new FeatureMatrix(Schema);
        for (int row = 0; row < count; row++)
        {
            rows.AddRow([.. Enumerable.Range(0, Features).Select(
                _ => random.Next(10) == 0 ? float.NaN : (random.NextSingle() * 6) - 3)]);
        }

        return rows;
    }
}
