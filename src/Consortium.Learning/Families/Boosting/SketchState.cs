using System.Collections.Immutable;
using Consortium.Learning.Binning;
using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Learning.Families.Boosting;

/// <summary>Boosting's first rounds where a plan has sketched edges: the cohort agrees on them from summed counts.</summary>
/// <remarks>The vector holds, feature by feature, the counts that <see cref="FeatureSketch"/> asks for.</remarks>
internal sealed class SketchState : TrainingState
{
    public const byte KindByte = 1;

    private readonly ImmutableArray<FeatureSketch> _sketches;

    public SketchState(TrainingPlan plan)
        : this(plan, 0, [.. Enumerable.Repeat(FeatureSketch.Empty(((BoostingSettings)plan.Settings).Bins), plan.FeatureCount)])
    {
    }

    private SketchState(TrainingPlan plan, int round, ImmutableArray<FeatureSketch> sketches)
        : base(plan, round)
    {
        _sketches = sketches;
    }

    public override RoundRequest? Request => new(_sketches.Sum(sketch => sketch.RequestLength), Plan.MaximumRows + 1L);

    protected override byte Kind => KindByte;

    public static SketchState Read(ref CanonicalReader reader, TrainingPlan plan, int round)
    {
        int bins = ((BoostingSettings)plan.Settings).Bins;
        ImmutableArray<FeatureSketch>.Builder sketches = ImmutableArray.CreateBuilder<FeatureSketch>(plan.FeatureCount);
        for (int feature = 0; feature < plan.FeatureCount; feature++)
        {
            sketches.Add(FeatureSketch.Read(ref reader, bins));
        }

        return new SketchState(plan, round, sketches.MoveToImmutable());
    }

    protected override void Write(CanonicalWriter writer)
    {
        foreach (FeatureSketch sketch in _sketches)
        {
            sketch.Write(writer);
        }
    }

    /// <summary>One bank's counts, from its values of each feature in order.</summary>
    internal void Count(ReadOnlySpan<SortedKeys> keys, Span<long> counts)
    {
        int at = 0;
        for (int feature = 0; feature < keys.Length; feature++)
        {
            FeatureSketch sketch = _sketches[feature];
            sketch.Count(keys[feature], counts.Slice(at, sketch.RequestLength));
            at += sketch.RequestLength;
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

        var next = new SketchState(Plan, Round + 1, refined.MoveToImmutable());
        return next.Request!.Value.Length > 0 ? next : next.BeginBoosting();
    }

    private BoostingState BeginBoosting()
    {
        var bins = new BinLayout(
            [.. _sketches.Select(sketch => sketch.Edges())], [.. _sketches.Select(sketch => sketch.MissingCount > 0)]);
        return BoostingState.Begin(Plan, Round, bins);
    }
}
