using System.Collections.Immutable;
using Consortium.Learning.Binning;
using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Learning.Families.Boosting;

/// <summary>Boosting's rounds: for each tree the root's histogram, then the left children's of the leaves just split.</summary>
/// <remarks>
/// The vector holds, node by node, feature by feature of the tree's, bin by bin: gradient sum plus
/// <see cref="BoostingContext.GradientOffset"/>, hessian sum. Where the plan stops early, a root's round ends with the
/// <see cref="ValidationMeasure"/> counts of the trees before it.
/// </remarks>
internal sealed class BoostingState : TrainingState
{
    public const byte KindByte = 2;

    private readonly double _bestMeasure;
    private readonly int _bestTrees;
    private readonly bool _complete;

    private BoostingState(
        TrainingPlan plan,
        int round,
        BoostingContext frame,
        ImmutableArray<Tree> trees,
        GrowingTree? growing,
        double bestMeasure,
        int bestTrees,
        bool complete)
        : base(plan, round)
    {
        Frame = frame;
        Trees = trees;
        Growing = growing;
        _bestMeasure = bestMeasure;
        _bestTrees = bestTrees;
        _complete = complete;
        Features = growing?.Features ?? frame.FeaturesOf(trees);
    }

    public BoostingContext Frame { get; }

    /// <summary>The finished trees.</summary>
    public ImmutableArray<Tree> Trees { get; }

    /// <summary>The tree that is being grown; null when the next round asks for a root.</summary>
    public GrowingTree? Growing { get; }

    /// <summary>The features of the tree that is being grown.</summary>
    public ImmutableArray<int> Features { get; }

    public override RoundRequest? Request => _complete ? null : Frame.Noise is { } noise ? Exact.With(noise) : Exact;

    private RoundRequest Exact => new(
        new RequestSegment(AskedNodes * NodeLength, (2 * Frame.GradientOffset) + 1),
        new RequestSegment(AsksValidation ? ValidationMeasure.Length : 0, Plan.MaximumRows + 1L));

    /// <summary>Histograms that the next round asks for.</summary>
    public int AskedNodes => Growing?.Asked.Length ?? (Trees.Length < Frame.Settings.Trees ? 1 : 0);

    /// <summary>Whether the next round asks for validation counts.</summary>
    public bool AsksValidation => Growing is null && Frame.Settings.Patience > 0 && Trees.Length > 0;

    public int NodeLength => 2 * (Frame.DrawsSplits ? Frame.Settings.Leaves : Frame.BinsOf(Features));

    public override Model? Model => _complete
        ? new TreeEnsemble(
            Plan.FeatureCount, Plan.SchemaDigest.Span, Frame.BaseScore, Frame.Settings.Patience > 0 ? Trees[.._bestTrees] : Trees)
        : null;

    protected override byte Kind => KindByte;

    public static BoostingState Begin(TrainingPlan plan, int round, BinLayout layout)
    {
        var frame = new BoostingContext(plan, layout);
        return new BoostingState(plan, round, frame, [], null, 0, 0, complete: !frame.CanSplit);
    }

    public static BoostingState Read(ref CanonicalReader reader, TrainingPlan plan, int round)
    {
        var settings = (BoostingSettings)plan.Settings;
        BinLayout layout = settings.Edges == BinEdgeSource.Sketched
            ? BinLayout.Read(ref reader, plan.FeatureCount)
            : BinLayout.Public(plan.Units, settings.Bins);
        var frame = new BoostingContext(plan, layout);
        int count = reader.Int32(0, frame.Settings.Trees, "a number of trees");
        ImmutableArray<Tree>.Builder trees = ImmutableArray.CreateBuilder<Tree>();
        for (int i = 0; i < count; i++)
        {
            trees.Add(Tree.Read(ref reader, plan.FeatureCount));
        }

        double bestMeasure = reader.Finite();
        int bestTrees = reader.Int32(0, count, "a number of trees");
        bool complete = reader.Bool();
        bool grows = reader.Bool();
        reader.Require(
            !grows || frame.Settings.Columns == ColumnChoice.Drawn, "no tree between rounds where one round makes each", count);
        GrowingTree? growing = grows ? GrowingTree.Read(ref reader, frame, frame.FeaturesOf(trees.ToImmutable())) : null;
        reader.Require(complete || frame.CanSplit, "a complete state where nothing can be split", 0);
        reader.Require(growing is null || (!complete && count < frame.Settings.Trees), "no tree beyond the last", count);
        return new BoostingState(plan, round, frame, trees.ToImmutable(), growing, bestMeasure, bestTrees, complete);
    }

    protected override void Write(CanonicalWriter writer)
    {
        if (Frame.Settings.Edges == BinEdgeSource.Sketched)
        {
            Frame.Layout.Write(writer);
        }

        writer.Int32(Trees.Length);
        foreach (Tree tree in Trees)
        {
            tree.Write(writer);
        }

        writer.Double(_bestMeasure);
        writer.Int32(_bestTrees);
        writer.Bool(_complete);
        writer.Bool(Growing is not null);
        Growing?.Write(writer);
    }

    protected override TrainingState Next(ReadOnlySpan<long> sum, int cohort)
    {
        double bestMeasure = _bestMeasure;
        int bestTrees = _bestTrees;
        if (AsksValidation)
        {
            double measure = ValidationMeasure.Of(sum[^ValidationMeasure.Length..]);
            if (measure > bestMeasure)
            {
                bestMeasure = measure;
                bestTrees = Trees.Length;
            }

            if (Trees.Length == Frame.Settings.Trees || Trees.Length - bestTrees >= Frame.Settings.Patience)
            {
                return new BoostingState(Plan, Round + 1, Frame, Trees, null, bestMeasure, bestTrees, complete: true);
            }
        }

        var histograms = new long[AskedNodes][];
        for (int node = 0; node < histograms.Length; node++)
        {
            histograms[node] = WithoutOffset(sum.Slice(node * NodeLength, NodeLength), cohort * Frame.GradientOffset);
        }

        GrowingTree? growing = Frame.DrawsSplits ? null
            : Growing is null ? GrowingTree.Plant(Frame, Features, histograms[0])
            : Growing.Grow(histograms);
        if (growing?.Asked.IsEmpty == false)
        {
            return new BoostingState(Plan, Round + 1, Frame, Trees, growing, bestMeasure, bestTrees, complete: false);
        }

        ImmutableArray<Tree> trees = Trees.Add(
            growing?.ToTree() ?? Frame.RandomTreeOf(Trees.Length).ToTree(Frame, histograms[0]));
        bool complete = trees.Length == Frame.Settings.Trees && Frame.Settings.Patience == 0;
        return new BoostingState(Plan, Round + 1, Frame, trees, null, bestMeasure, bestTrees, complete);
    }

    private static long[] WithoutOffset(ReadOnlySpan<long> sum, long offset)
    {
        long[] histogram = sum.ToArray();
        for (int i = 0; i < histogram.Length; i += 2)
        {
            histogram[i] -= offset;
        }

        return histogram;
    }
}
