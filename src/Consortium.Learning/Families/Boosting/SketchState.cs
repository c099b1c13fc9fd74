using System.Collections.Immutable;
using Consortium.Learning.Binning;
using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Learning.Families.Boosting;

/// <summary>Boosting's first rounds: the cohort agrees on bin edges, and learns how many of its rows are laundering.</summary>
/// <remarks>
/// The vector holds, feature by feature, the counts that <see cref="FeatureSketch"/> asks for; in the first round also, at its end, the number of
/// laundering rows.
/// </remarks>
internal sealed class SketchState : TrainingState
{
    public const byte KindByte = 1;

    private readonly ImmutableArray<FeatureSketch> _sketches;
    private readonly long _positives;

    public SketchState(TrainingPlan plan)
        : this(plan, 0, [.. Enumerable.Repeat(FeatureSketch.Empty(((BoostingSettings)plan.Settings).Bins), plan.FeatureCount)], 0)
    {
    }

    private SketchState(TrainingPlan plan, int round, ImmutableArray<FeatureSketch> sketches, long positives)
        : base(plan, round)
    {
        _sketches = sketches;
        _positives = positives;
    }

    public override RoundRequest? Request => new(_sketches.Sum(sketch => sketch.RequestLength) + (Round == 0 ? 1 : 0), Plan.MaximumRows + 1L);

    protected override byte Kind => KindByte;

    public static SketchState Read(ref CanonicalReader reader, TrainingPlan plan, int round)
    {
        long positives = reader.Int64();
        reader.Require(positives >= 0, "no negative count", positives);
        int bins = ((BoostingSettings)plan.Settings).Bins;
        ImmutableArray<FeatureSketch>.Builder sketches = ImmutableArray.CreateBuilder<FeatureSketch>(plan.FeatureCount);
        for (int feature = 0; feature < plan.FeatureCount; feature++)
        {
            sketches.Add(FeatureSketch.Read(ref reader, bins));
        }

        return new SketchState(plan, round, sketches.MoveToImmutable(), positives);
    }

    protected override void Write(CanonicalWriter writer)
    {
        writer.Int64(_positives);
        foreach (FeatureSketch sketch in _sketches)
        {
            sketch.Write(writer);
        }
    }

    /// <summary>One bank's counts: its values of each feature in order, and how many of its rows are laundering.</summary>
    internal void Count(ReadOnlySpan<SortedKeys> keys, long positives, Span<long> counts)
    {
        int at = 0;
        for (int feature = 0; feature < keys.Length; feature++)
        {
            FeatureSketch sketch = _sketches[feature];
            sketch.Count(keys[feature], counts.Slice(at, sketch.RequestLength));
            at += sketch.RequestLength;
        }

        if (Round == 0)
        {
            counts[at] = positives;
        }
    }

    protected override TrainingState Next(ReadOnlySpan<long> sum, int cohort)
    {
        ImmutableArray<FeatureSketch>.Builder refined = ImmutableArray.CreateBuilder<FeatureSketch>(_sketches.Length);
        foreach (FeatureSketch sketch in _sketches)
        {
            refined.Add(sketch.RequestLength == 0 ? sketch : sketch.Refine(sum[..sketch.RequestLength]));
            sum = sum[sketch.RequestLength..];
        }

        long positives = Round == 0 ? sum[0] : _positives;
        var next = new SketchState(Plan, Round + 1, refined.MoveToImmutable(), positives);
        return next.Request!.Value.Length > 0 ? next : next.BeginBoosting();
    }

    private BoostingState BeginBoosting()
    {
        long rows = _sketches[0].PresentCount + _sketches[0].MissingCount;
        var bins = new BinLayout([.. _sketches.Select(sketch => sketch.Edges())], [.. _sketches.Select(sketch => sketch.MissingCount > 0)]);
        return BoostingState.Begin(Plan, Round, bins, rows, Math.Min(_positives, rows));
    }
}
