using System.Collections.Immutable;
using Consortium.Learning.Binning;
using Consortium.Learning.Models;

namespace Consortium.Learning.Families.Boosting;

/// <summary>What stays the same over all trees of a session: settings, bins, and the scale of quantised gradients.</summary>
internal sealed class BoostingContext
{
    /// <summary>The largest gradient of one row has this magnitude.</summary>
    public const long LargestGradient = 1 << 18;

    /// <summary>
    /// The same with noise, which hides what rounding at this scale loses: a wider one would take noise of more bits.
    /// </summary>
    private const long LargestNoisyGradient = 1 << 16;

    /// <summary>The scale is halved down to this one where noise is so wide that its samples would not fit.</summary>
    private const long LeastNoisyGradient = 1 << 8;

    /// <summary>A hessian is at most this part of a gradient.</summary>
    private const double HessianPart = 0.25;

    /// <summary>
    /// The part of a round's loss that gradients take. Hessians, a quarter as large, get half of the gradients' noise with it;
    /// other parts gave less precise models.
    /// </summary>
    private const double GradientShare = 0.8;

    private const ulong ColumnPurpose = 1;
    private const ulong RowPurpose = 2;
    private const ulong ValidationPurpose = 3;
    private const ulong TurnPurpose = 4;
    private const ulong RandomPurpose = 5;

    private readonly TrainingPlan _plan;
    private readonly ImmutableArray<int> _splittable;

    public BoostingContext(TrainingPlan plan, BinLayout layout)
    {
        _plan = plan;
        Layout = layout;
        Settings = (BoostingSettings)plan.Settings;
        double laundering = Settings.BaseRate * Settings.PositiveWeight;
        BaseScore = Sigmoid.Inverse(laundering / (laundering + 1 - Settings.BaseRate));
        GradientLimit = plan.Noise is null ? LargestGradient : NoisyLimit(plan.Noise);
        Noise = plan.Noise is { } noise ? NoiseOf(noise, GradientLimit) : null;
        Scale = GradientLimit / Math.Max(1, Settings.PositiveWeight);
        MinimumChildHessian = Settings.MinimumChildWeight * Scale;
        Search = new SplitSearch(layout, Settings.L2 * Scale, MinimumChildHessian);
        _splittable = [.. Enumerable.Range(0, layout.FeatureCount).Where(feature => layout.BinCount(feature) > 1)];
    }

    public BinLayout Layout { get; }

    /// <summary>Log-odds before any tree, class weights counted.</summary>
    public double BaseScore { get; }

    public BoostingSettings Settings { get; }

    /// <summary>The largest gradient of one row has this magnitude, a power of two.</summary>
    public long GradientLimit { get; }

    /// <summary>The noise of gradients and hessians, side by side; null where sums are exact.</summary>
    public RoundNoise? Noise { get; }

    /// <summary>Whether a tree is grown from its root's histogram alone.</summary>
    public bool GrowsAtOnce => Settings.Columns == ColumnChoice.Turns;

    /// <summary>Whether a tree's splits are drawn, and its leaves' sums asked for alone.</summary>
    public bool DrawsSplits => Settings.Columns == ColumnChoice.Random;

    /// <summary>Gradients and hessians are multiplied by this and rounded to integers.</summary>
    public double Scale { get; }

    public double MinimumChildHessian { get; }

    public SplitSearch Search { get; }

    /// <summary>Whether any feature has two bins to tell apart.</summary>
    public bool CanSplit => !_splittable.IsEmpty;

    /// <summary>Added to each gradient sum, so that a contribution is not negative: no bank's sum is below minus this.</summary>
    public long GradientOffset => _plan.MaximumRows * GradientLimit;

    public ulong RowKey(int tree) => SeededChoice.Key(_plan.Seed, RowPurpose, tree);

    public double ValidationShift(int tree) => SeededChoice.Uniform(SeededChoice.Key(_plan.Seed, ValidationPurpose, tree), 0);

    /// <summary>Why a plan's noise is none that can be drawn; null if it can.</summary>
    public static string? VarianceFault(NoisePlan noise) => IsDrawable(noise, NoisyLimit(noise))
        ? null
        : $"Noise of multiplier {noise.Multiplier} for {noise.PaymentsOfUnit} payments of a unit is wider than can be drawn; "
            + "take fewer trees or a smaller cap.";

    private static long NoisyLimit(NoisePlan noise)
    {
        long limit = LargestNoisyGradient;
        while (limit > LeastNoisyGradient && !IsDrawable(noise, limit))
        {
            limit /= 2;
        }

        return limit;
    }

    private static bool IsDrawable(NoisePlan noise, long limit)
    {
        double distance = noise.Multiplier * limit * noise.PaymentsOfUnit;
        return distance * distance / GradientShare <= NoisePlan.LargestVariance;
    }

    private static RoundNoise NoiseOf(NoisePlan noise, long limit) => new(
    [
        noise.VarianceOf(limit, GradientShare),
        noise.VarianceOf(HessianPart * limit, 1 - GradientShare),
    ]);

    /// <summary>The features that the tree after <paramref name="trees"/> may split on, in order.</summary>
    public ImmutableArray<int> FeaturesOf(ImmutableArray<Tree> trees) =>
        DrawsSplits || _splittable.IsEmpty ? [] : GrowsAtOnce ? [TurnOf(trees)] : DrawnFor(trees.Length);

    /// <summary>The tree of that number, where splits are drawn.</summary>
    public RandomTree RandomTreeOf(int tree) =>
        RandomTree.Draw(this, SeededChoice.Key(_plan.Seed, RandomPurpose, tree), _splittable);

    /// <summary>
    /// The column whose turn it is: all in an order drawn once; then those kept, over and over, the best first.
    /// </summary>
    private int TurnOf(ImmutableArray<Tree> trees)
    {
        ulong key = SeededChoice.Key(_plan.Seed, TurnPurpose, 0);
        int[] order = [.. _splittable.OrderBy(feature => SeededChoice.Mix(key ^ (uint)feature))];
        int kept = Settings.KeptColumns == 0 ? order.Length : Math.Min(Settings.KeptColumns, order.Length);
        if (trees.Length < order.Length || kept == order.Length)
        {
            return order[trees.Length % order.Length];
        }

        int[] best = [.. Enumerable.Range(0, order.Length)
            .OrderByDescending(turn => trees[turn].Gains.Sum()).ThenBy(turn => turn).Take(kept)];
        return order[best[(trees.Length - order.Length) % kept]];
    }

    /// <summary>The features drawn for a tree, in order.</summary>
    private ImmutableArray<int> DrawnFor(int tree)
    {
        int count = Math.Max(1, (int)Math.Ceiling(Settings.ColumnFraction * _splittable.Length));
        if (count >= _splittable.Length)
        {
            return _splittable;
        }

        ulong key = SeededChoice.Key(_plan.Seed, ColumnPurpose, tree);
        return [.. _splittable.OrderBy(feature => SeededChoice.Mix(key ^ (uint)feature)).Take(count).Order()];
    }

    public int BinsOf(ImmutableArray<int> features) => features.Sum(Layout.BinCount);

    public float Threshold(SplitCandidate split)
    {
        ImmutableArray<float> edges = Layout.Edges[split.Feature].UpperEdges;
        return split.Bin < edges.Length ? edges[split.Bin] : float.PositiveInfinity;
    }

    /// <summary>What a leaf of these sums lowers the loss by.</summary>
    public double Score(long gradient, long hessian)
    {
        double weight = hessian + (Settings.L2 * Scale);
        return weight > 0 ? (double)gradient * gradient / weight : 0;
    }

    public double LeafValue(long gradient, long hessian)
    {
        double weight = hessian + (Settings.L2 * Scale);
        return weight > 0 ? -Settings.LearningRate * gradient / weight : 0;
    }
}
