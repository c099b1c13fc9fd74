using System.Collections.Immutable;
using Consortium.Learning.Binning;
using Consortium.Learning.Models;

namespace Consortium.Learning.Families.Boosting;

/// <summary>What stays the same over all trees of a session: settings, bins, and the scale of quantised gradients.</summary>
internal sealed class BoostingContext
{
    /// <summary>The largest gradient of one row has this magnitude.</summary>
    public const long LargestGradient = 1 << 18;

    private const ulong ColumnPurpose = 1;
    private const ulong RowPurpose = 2;
    private const ulong ValidationPurpose = 3;

    private readonly TrainingPlan _plan;
    private readonly ImmutableArray<int> _splittable;

    public BoostingContext(TrainingPlan plan, BinLayout layout)
    {
        _plan = plan;
        Layout = layout;
        Settings = (BoostingSettings)plan.Settings;
        double laundering = Settings.BaseRate * Settings.PositiveWeight;
        BaseScore = Sigmoid.Inverse(laundering / (laundering + 1 - Settings.BaseRate));
        Scale = LargestGradient / Math.Max(1, Settings.PositiveWeight);
        MinimumChildHessian = Settings.MinimumChildWeight * Scale;
        Search = new SplitSearch(layout, Settings.L2 * Scale, MinimumChildHessian);
        _splittable = [.. Enumerable.Range(0, layout.FeatureCount).Where(feature => layout.BinCount(feature) > 1)];
    }

    public BinLayout Layout { get; }

    /// <summary>Log-odds before any tree, class weights counted.</summary>
    public double BaseScore { get; }

    public BoostingSettings Settings { get; }

    /// <summary>Gradients and hessians are multiplied by this and rounded to integers.</summary>
    public double Scale { get; }

    public double MinimumChildHessian { get; }

    public SplitSearch Search { get; }

    /// <summary>Whether any feature has two bins to tell apart.</summary>
    public bool CanSplit => !_splittable.IsEmpty;

    /// <summary>Added to each gradient sum, so that a contribution is not negative: no bank's sum is below minus this.</summary>
    public long GradientOffset => _plan.MaximumRows * LargestGradient;

    public ulong RowKey(int tree) => SeededChoice.Key(_plan.Seed, RowPurpose, tree);

    public double ValidationShift(int tree) => SeededChoice.Uniform(SeededChoice.Key(_plan.Seed, ValidationPurpose, tree), 0);

    /// <summary>The features drawn for a tree, in order.</summary>
    public ImmutableArray<int> FeaturesOf(int tree)
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

    public double LeafValue(long gradient, long hessian)
    {
        double weight = hessian + (Settings.L2 * Scale);
        return weight > 0 ? -Settings.LearningRate * gradient / weight : 0;
    }
}
