using System.Collections.Immutable;
using Consortium.Learning.Binning;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Learning.Families.Additive;

/// <summary>
/// Boosting's rounds with stumps: each asks for the histograms of the features drawn for it, and adds the best stump of each of
/// the best features.
/// </summary>
/// <remarks>
/// The vector holds, feature by feature, bin by bin: gradient sum plus <see cref="GradientOffset"/>, hessian sum. Values are
/// integers of <see cref="Unit"/>, so a bank may add them in any order, round by round, and has the same log-odds as one that
/// starts in the middle.
/// </remarks>
internal sealed class AdditiveState : TrainingState
{
    public const byte KindByte = 6;

    /// <summary>What a value counts in.</summary>
    public const double Unit = 1.0 / (1 << 24);

    /// <summary>The largest gradient of one row has this magnitude.</summary>
    private const long LargestGradient = 1 << 18;

    /// <summary>No stump moves log-odds further, whatever a sum says.</summary>
    private const double LargestStep = 64;

    private const long LargestValue = 1L << 54;
    private const ulong ColumnPurpose = 11;

    private readonly long[] _values;
    private readonly long[] _means;

    private readonly bool _complete;

    private AdditiveState(TrainingPlan plan, int round, BinLayout layout, long[] values, long[] means, bool complete)
        : base(plan, round)
    {
        (Layout, _values, _means, _complete) = (layout, values, means, complete);
        Scale = LargestGradient / Math.Max(1, Settings.PositiveWeight);
        double laundering = Settings.BaseRate * Settings.PositiveWeight;
        BaseScore = Sigmoid.Inverse(laundering / (laundering + 1 - Settings.BaseRate));
        Features = complete ? [] : Draw();
    }

    public BinLayout Layout { get; }

    public AdditiveSettings Settings => (AdditiveSettings)Plan.Settings;

    /// <summary>Log-odds before any stump, class weights counted.</summary>
    public double BaseScore { get; }

    /// <summary>Gradients and hessians are multiplied by this and rounded to integers.</summary>
    public double Scale { get; }

    /// <summary>The value of every bin of every feature, in the layout's order.</summary>
    public ReadOnlySpan<long> Values => _values;

    /// <summary>The features that the next round asks for, in order.</summary>
    public ImmutableArray<int> Features { get; }

    /// <summary>Added to each gradient sum, so that a contribution is not negative.</summary>
    public long GradientOffset => Plan.MaximumRows * LargestGradient;

    public override RoundRequest? Request => Features.IsEmpty
        ? null
        : new(2 * Features.Sum(Layout.BinCount), (2 * GradientOffset) + 1);

    public override Model? Model => Features.IsEmpty ? AdditiveModel.Of(Plan, BaseScore, Layout, _values, _means) : null;

    protected override byte Kind => KindByte;

    public static AdditiveState FromBase(TrainingPlan plan)
    {
        BinLayout layout = BinLayout.Public(plan.Units, ((AdditiveSettings)plan.Settings).Bins);
        return new AdditiveState(plan, 0, layout, new long[layout.TotalBins], new long[layout.FeatureCount], complete: false);
    }

    public static AdditiveState Read(ref CanonicalReader reader, TrainingPlan plan, int round)
    {
        BinLayout layout = BinLayout.Public(plan.Units, ((AdditiveSettings)plan.Settings).Bins);
        reader.Require(round <= ((AdditiveSettings)plan.Settings).Rounds, "a round of the plan", round);
        long[] values = Values(ref reader, layout.TotalBins), means = Values(ref reader, layout.FeatureCount);
        bool complete = reader.Bool();
        reader.Require(
            complete || round < ((AdditiveSettings)plan.Settings).Rounds, "a complete state after the last round", round);
        return new AdditiveState(plan, round, layout, values, means, complete);

        static long[] Values(ref CanonicalReader reader, int count)
        {
            long[] values = reader.Int64s();
            reader.Require(values.Length == count, $"{count} values", values.Length);
            foreach (long value in values)
            {
                reader.Require(value is > -LargestValue and < LargestValue, "a value within its bounds", value);
            }

            return values;
        }
    }

    protected override void Write(CanonicalWriter writer)
    {
        writer.Int64s(_values);
        writer.Int64s(_means);
        writer.Bool(_complete);
    }

    protected override TrainingState Next(ReadOnlySpan<long> sum, int cohort)
    {
        long[] histogram = sum.ToArray();
        for (int i = 0; i < histogram.Length; i += 2)
        {
            histogram[i] -= cohort * GradientOffset;
        }

        long gradient = 0, hessian = 0;
        for (int bin = 0; bin < Layout.BinCount(Features[0]); bin++)
        {
            (gradient, hessian) = (gradient + histogram[2 * bin], hessian + histogram[(2 * bin) + 1]);
        }

        // Without a stump the next round would ask for sums of the same scores again, which must not be.
        long[] values = [.. _values], means = [.. _means];
        SplitCandidate[] stumps = [.. Best(histogram, gradient, hessian)];
        foreach (SplitCandidate stump in stumps)
        {
            long left = Value(stump.LeftGradient, stump.LeftHessian);
            long right = Value(gradient - stump.LeftGradient, hessian - stump.LeftHessian);
            int first = Layout.Offset(stump.Feature), missing = Layout.Edges[stump.Feature].MissingBin;
            for (int bin = 0; bin < Layout.BinCount(stump.Feature); bin++)
            {
                bool goesLeft = bin <= stump.Bin || (bin == missing && stump.MissingLeft);
                values[first + bin] += goesLeft ? left : right;
            }

            double part = hessian > 0 ? (double)stump.LeftHessian / hessian : 0;
            means[stump.Feature] += (long)Math.Round((part * left) + ((1 - part) * right));
        }

        bool complete = stumps.Length == 0 || Round + 1 >= Settings.Rounds;
        return new AdditiveState(Plan, Round + 1, Layout, values, means, complete);
    }

    /// <summary>The best stump of each feature, the best features first; of equal gains the lower feature's.</summary>
    private IEnumerable<SplitCandidate> Best(long[] histogram, long gradient, long hessian)
    {
        var search = new SplitSearch(Layout, Settings.L2 * Scale, Settings.MinimumChildWeight * Scale);
        var stumps = new List<SplitCandidate>(Features.Length);
        int at = 0;
        foreach (int feature in Features)
        {
            int length = 2 * Layout.BinCount(feature);
            SplitCandidate stump = search.Best([feature], histogram.AsSpan(at, length), gradient, hessian);
            at += length;
            if (stump.Exists)
            {
                stumps.Add(stump);
            }
        }

        return stumps.OrderByDescending(stump => stump.Gain).ThenBy(stump => stump.Feature).Take(Settings.StumpsPerRound);
    }

    private long Value(long gradient, long hessian)
    {
        double weight = hessian + (Settings.L2 * Scale);
        double step = weight > 0 ? -Settings.LearningRate * gradient / weight : 0;
        return (long)Math.Round(Math.Clamp(step, -LargestStep, LargestStep) / Unit);
    }

    private ImmutableArray<int> Draw()
    {
        int count = Math.Max(1, (int)Math.Ceiling(Settings.ColumnFraction * Layout.FeatureCount));
        ulong key = SeededChoice.Key(Plan.Seed, ColumnPurpose, Round);
        return [.. Enumerable.Range(0, Layout.FeatureCount)
            .OrderBy(feature => SeededChoice.Mix(key ^ (uint)feature)).Take(count).Order()];
    }
}
