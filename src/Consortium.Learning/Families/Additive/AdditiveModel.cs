using System.Collections.Immutable;
using Consortium.Learning.Binning;
using Consortium.Learning.Cells;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Learning.Families.Additive;

/// <summary>
/// An additive model: log-odds are <see cref="BaseScore"/> plus one value a feature, added in the features' order.
/// </summary>
public sealed class AdditiveModel : Model
{
    public AdditiveModel(
        int featureCount, ReadOnlySpan<byte> schemaDigest, double baseScore, ImmutableArray<FeatureTable> tables)
        : base(featureCount, schemaDigest)
    {
        (BaseScore, Tables) = (baseScore, tables);
    }

    public override ModelFamily Family => AdditiveFamily.Instance;

    public override string Size => $"{Tables.Length} features, {Tables.Sum(table => table.Values.Length)} values";

    /// <summary>Log-odds before any feature.</summary>
    public double BaseScore { get; }

    /// <summary>The features that have a part, in order.</summary>
    public ImmutableArray<FeatureTable> Tables { get; }

    /// <summary>How far apart each feature's values lie.</summary>
    public override double[] FeatureWeights()
    {
        var weights = new double[FeatureCount];
        foreach (FeatureTable table in Tables)
        {
            weights[table.Feature] = table.Values.Max() - table.Values.Min();
        }

        return weights;
    }

    /// <summary>The model of a state's values; edges between bins of one value are left out.</summary>
    internal static AdditiveModel Of(
        TrainingPlan plan, double baseScore, BinLayout layout, ReadOnlySpan<long> values, ReadOnlySpan<long> means)
    {
        ImmutableArray<FeatureTable>.Builder tables = ImmutableArray.CreateBuilder<FeatureTable>();
        for (int feature = 0; feature < layout.FeatureCount; feature++)
        {
            ReadOnlySpan<long> bins = values.Slice(layout.Offset(feature), layout.BinCount(feature));
            if (!bins.ContainsAnyExcept(0))
            {
                continue;
            }

            BinEdges edges = layout.Edges[feature];
            var kept = new List<float>();
            var parts = new List<double> { bins[0] * AdditiveState.Unit };
            for (int bin = 1; bin < edges.BinCount; bin++)
            {
                if (bins[bin] != bins[bin - 1])
                {
                    kept.Add(edges.UpperEdges[bin - 1]);
                    parts.Add(bins[bin] * AdditiveState.Unit);
                }
            }

            parts.Add(bins[^1] * AdditiveState.Unit);
            tables.Add(new FeatureTable(feature, new BinEdges([.. kept]), [.. parts], means[feature] * AdditiveState.Unit));
        }

        return new AdditiveModel(plan.FeatureCount, plan.SchemaDigest.Span, baseScore, tables.ToImmutable());
    }

    internal static new AdditiveModel Read(ref CanonicalReader reader)
    {
        int featureCount = reader.Int32(1, FeatureSchema.MaximumCount, "a number of features");
        ReadOnlySpan<byte> schemaDigest = reader.Span(32);
        double baseScore = reader.Finite();
        int count = reader.Int32(0, featureCount, "a number of tables"), last = -1;
        ImmutableArray<FeatureTable>.Builder tables = ImmutableArray.CreateBuilder<FeatureTable>();
        for (int i = 0; i < count; i++)
        {
            last = reader.Int32(last + 1, featureCount - 1, "a later feature");
            BinEdges edges = BinEdges.Read(ref reader);
            double[] values = reader.Doubles();
            reader.Require(values.Length == edges.BinCount + 1, $"{edges.BinCount + 1} values", values.Length);
            tables.Add(new FeatureTable(last, edges, [.. values], reader.Finite()));
        }

        return new AdditiveModel(featureCount, schemaDigest, baseScore, tables.ToImmutable());
    }

    internal CellTable? Cells() => Tables.IsEmpty
        ? null
        : new CellTable(
            new CellShape(
                FeatureCount, SchemaDigest.Span,
                [.. Tables.Select(table => CellGroup.OfBins(table.Feature, table.Edges.UpperEdges.AsSpan()))]),
            [.. Tables.SelectMany(table => table.Values)],
            BaseScore);

    protected override void Write(CanonicalWriter writer)
    {
        writer.Int32(FeatureCount);
        writer.Raw(SchemaDigest.Span);
        writer.Double(BaseScore);
        writer.Int32(Tables.Length);
        foreach (FeatureTable table in Tables)
        {
            writer.Int32(table.Feature);
            table.Edges.Write(writer);
            writer.Doubles(table.Values.AsSpan());
            writer.Double(table.Mean);
        }
    }

    protected override double RowLogOdds(ReadOnlySpan<float> row)
    {
        double logOdds = BaseScore;
        foreach (FeatureTable table in Tables)
        {
            logOdds += table.ValueOf(row[table.Feature]);
        }

        return logOdds;
    }

    protected override void AddLogOdds(FeatureMatrix features, Span<double> logOdds)
    {
        logOdds.Fill(BaseScore);
        foreach (FeatureTable table in Tables)
        {
            ReadOnlySpan<float> column = features.Column(table.Feature);
            for (int row = 0; row < column.Length; row++)
            {
                logOdds[row] += table.ValueOf(column[row]);
            }
        }
    }
}
