using System.Collections.Immutable;
using Consortium.Learning.Binning;

namespace Consortium.Learning.Families.Additive;

/// <summary>One feature's part of an additive model.</summary>
/// <param name="Feature">The column.</param>
/// <param name="Edges">Its bins.</param>
/// <param name="Values">Log-odds of each bin, what is missing last.</param>
/// <param name="Mean">The part that the training rows had on average, by their weight when each stump was added.</param>
public sealed record FeatureTable(int Feature, BinEdges Edges, ImmutableArray<double> Values, double Mean)
{
    public double ValueOf(float value) => Values[Edges.BinOf(value)];
}
