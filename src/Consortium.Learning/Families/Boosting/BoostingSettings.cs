using System.Collections.Immutable;
using Consortium.Learning.Binning;
using Consortium.Learning.Models;

namespace Consortium.Learning.Families.Boosting;

/// <summary>
/// Gradient boosting of histogram trees on second-order logistic loss. The defaults suit laundering: one row in hundreds,
/// hundreds of features.
/// </summary>
public sealed record BoostingSettings : FamilySettings
{
    /// <summary>Integers of the largest round: a GiB of them.</summary>
    private const long MaximumVector = 1 << 27;

    private const int MaximumLeafCount = 4096;
    private const double L2Deviations = 6.6;
    private const double ChildDeviations = 4;

    /// <summary>
    /// Sketched bin edges: the first round tells cells of 10 bits of a 32-bit key apart, each later one 2 bits more at least.
    /// </summary>
    private const int MostSketchRounds = 12;

    /// <summary>
    /// Settings for sums with noise, chosen on amlsim12's validation days with epsilon 8: each of the schema's columns has one
    /// turn, the best twenty have five more. <see cref="Steadied"/> fits them to the noise.
    /// </summary>
    public static BoostingSettings ForNoise { get; } = new()
    {
        Columns = ColumnChoice.Turns,
        Trees = Features.FeatureExtractor.Schema.Count + 100,
        KeptColumns = 20,
        Leaves = 4,
        LearningRate = 0.3,
        L2 = 100,
        MinimumChildWeight = 60,
    };

    /// <summary>
    /// The other learner for sums with noise, chosen on the same days: splits drawn at random, so that nothing is spent on
    /// finding them. It takes five times as many rounds, and finds more where epsilon is small.
    /// </summary>
    public static BoostingSettings RandomForNoise { get; } = new()
    {
        Columns = ColumnChoice.Random,
        Trees = 1_000,
        Leaves = 8,
        LearningRate = 0.3,
        L2 = 100,
        MinimumChildWeight = 60,
    };

    /// <summary>Most trees to grow; fewer when <see cref="Patience"/> runs out.</summary>
    public int Trees { get; init; } = 200;

    /// <summary>Leaves of a tree at most.</summary>
    public int Leaves { get; init; } = 31;

    /// <summary>
    /// Leaves that one round splits at most, the best first. 1 grows leaf by leaf as LightGBM does, at a round each; half of
    /// <see cref="Leaves"/> grows level by level.
    /// </summary>
    public int SplitsPerRound { get; init; } = 8;

    /// <summary>Bins a feature at most, the missing bin not counted; 2 to 255.</summary>
    public int Bins { get; init; } = 63;

    /// <summary>Shrinkage: what part of its Newton step each leaf takes.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Added to every leaf's summed second derivatives.</summary>
    public double L2 { get; init; } = 30;

    /// <summary>Summed second derivatives that a child must have, class weights included.</summary>
    public double MinimumChildWeight { get; init; } = 10;

    /// <summary>How many legitimate rows one laundering row counts for.</summary>
    public double PositiveWeight { get; init; } = 1;

    /// <summary>Part of the rows that each tree is grown on, drawn anew for every tree.</summary>
    public double RowFraction { get; init; } = 1;

    /// <summary>Part of the features that each tree may split on, drawn anew for every tree.</summary>
    public double ColumnFraction { get; init; } = 0.25;

    /// <summary>
    /// Stop after this many trees without a better validation measure and keep the best; 0 never stops and asks for no validation
    /// counts.
    /// </summary>
    public int Patience { get; init; }

    /// <summary>Where bin edges come from.</summary>
    public BinEdgeSource Edges { get; init; } = BinEdgeSource.Public;

    /// <summary>
    /// The share of rows that is laundering, as the plan's writer expects it in public: log-odds start there. Trees correct it
    /// within a few
    /// rounds, so the order of magnitude is enough.
    /// </summary>
    public double BaseRate { get; init; } = 0.0025;

    /// <summary>Which columns a tree may split on.</summary>
    public ColumnChoice Columns { get; init; } = ColumnChoice.Drawn;

    /// <summary>
    /// In turn: once each column had its turn, only this many go on taking turns, those whose trees gained most; 0 keeps all.
    /// </summary>
    public int KeptColumns { get; init; }

    /// <summary>The hyper-parameters, in the order of their bytes.</summary>
    internal static ImmutableArray<Hyperparameter> All { get; } =
    [
        Hyperparameter.Whole<BoostingSettings>(
            "trees", 1, TreeEnsemble.MaximumTrees, "most trees to grow",
            settings => settings.Trees, (settings, value) => settings with { Trees = value }),
        Hyperparameter.Whole<BoostingSettings>(
            "leaves", 2, MaximumLeafCount, "leaves of a tree at most",
            settings => settings.Leaves, (settings, value) => settings with { Leaves = value }),
        Hyperparameter.Whole<BoostingSettings>(
            "splitsPerRound", 1, MaximumLeafCount,
            "leaves that one round splits at most; more take fewer rounds and more bytes each",
            settings => settings.SplitsPerRound, (settings, value) => settings with { SplitsPerRound = value }),
        Hyperparameter.Whole<BoostingSettings>(
            "bins", 2, BinEdges.MaximumBins, "bins a feature at most",
            settings => settings.Bins, (settings, value) => settings with { Bins = value }),
        Hyperparameter.Number<BoostingSettings>(
            "learningRate", 0, 1, "what part of its Newton step each leaf takes",
            settings => settings.LearningRate,
            (settings, value) => settings with { LearningRate = value }) with { ExcludesLeast = true },
        Hyperparameter.Number<BoostingSettings>(
            "l2", 0, 1e9, "regularisation: added to every leaf's summed second derivatives",
            settings => settings.L2, (settings, value) => settings with { L2 = value }),
        Hyperparameter.Number<BoostingSettings>(
            "minimumChildWeight", 1e-3, 1e9, "summed second derivatives that a child must have",
            settings => settings.MinimumChildWeight, (settings, value) => settings with { MinimumChildWeight = value }),
        Hyperparameter.Number<BoostingSettings>(
            "positiveWeight", 1e-3, 1e3, "how many legitimate rows one laundering row counts for",
            settings => settings.PositiveWeight, (settings, value) => settings with { PositiveWeight = value }),
        Hyperparameter.Number<BoostingSettings>(
            "rowFraction", 0, 1, "part of the rows that each tree is grown on",
            settings => settings.RowFraction,
            (settings, value) => settings with { RowFraction = value }) with { ExcludesLeast = true },
        Hyperparameter.Number<BoostingSettings>(
            "columnFraction", 0, 1, "part of the features that each tree may split on",
            settings => settings.ColumnFraction,
            (settings, value) => settings with { ColumnFraction = value }) with { ExcludesLeast = true },
        Hyperparameter.Whole<BoostingSettings>(
            "patience", 0, TreeEnsemble.MaximumTrees,
            "stop after this many trees without a better validation measure; 0 never stops",
            settings => settings.Patience, (settings, value) => settings with { Patience = value }),
        Hyperparameter.Choice<BoostingSettings, BinEdgeSource>(
            "edges",
            "bin edges by rule, or sketched from summed counts of payments, which banks reject unless their policy allows it",
            settings => settings.Edges, (settings, value) => settings with { Edges = value }),
        Hyperparameter.Number<BoostingSettings>(
            "baseRate", 1e-6, 0.5, "the share of payments that launders, roughly; trees correct it",
            settings => settings.BaseRate, (settings, value) => settings with { BaseRate = value }),
        Hyperparameter.Choice<BoostingSettings, ColumnChoice>(
            "columns",
            "a tree's columns: a part of them, drawn; or, which noise needs, one in its turn, or random splits",
            settings => settings.Columns, (settings, value) => settings with { Columns = value }),
        Hyperparameter.Whole<BoostingSettings>(
            "keptColumns", 0, Features.FeatureSchema.MaximumCount,
            "turns: once each column had its turn, how many of the best go on; 0 keeps all",
            settings => settings.KeptColumns, (settings, value) => settings with { KeptColumns = value }),
    ];

    public override ModelFamily Family => BoostingFamily.Instance;

    /// <summary>A tree's root takes a round and so does every split but the last, when each round splits one leaf only.</summary>
    public override int MostRounds => checked(
        (Edges == BinEdgeSource.Sketched ? MostSketchRounds : 0)
        + (Trees * (Columns == ColumnChoice.Drawn ? Math.Max(1, Leaves - 1) : 1))
        + (Patience > 0 ? 1 : 0));

    /// <summary>
    /// A laundering payment's second derivative counts <see cref="PositiveWeight"/> times, so a child of few heavy payments would
    /// pass a limit
    /// that ignores it. Trees grow by the best leaf, so one may be a chain of all its splits.
    /// </summary>
    public override IReadOnlyList<SettingsQuantity> Quantities() =>
    [
        new(QuantityKind.ChildHessian, MinimumChildWeight / Math.Max(1, PositiveWeight)),
        new(QuantityKind.L2, L2),
        new(QuantityKind.Leaves, Leaves),
        new(QuantityKind.Depth, Leaves - 1),
        new(QuantityKind.Bins, Bins),
        new(QuantityKind.Trees, Trees),
    ];

    public override bool SketchesPayments => Edges == BinEdgeSource.Sketched;

    public override int LargestRequest(int featureCount)
    {
        int columns = Columns == ColumnChoice.Turns ? 1 : Math.Max(1, (int)Math.Ceiling(ColumnFraction * featureCount));
        int node = 2 * (Columns == ColumnChoice.Random ? Leaves : columns * (Bins + 1));
        return Math.Max(
            Edges == BinEdgeSource.Sketched ? featureCount * FeatureSketch.LargestRequest(Bins) : 0,
            Math.Max(Math.Min(SplitsPerRound, Leaves) * node, Patience > 0 ? node + ValidationMeasure.Length : 0));
    }

    public override string? NoiseFault(NoisePlan noise) =>
        Columns == ColumnChoice.Drawn
            ? "Noise needs columns in turn or random splits: a payment moves every column's histogram, so each further one "
                + "costs as much again."
        : Edges == BinEdgeSource.Sketched ? "Noise needs public edges: sketches count payments, and get none."
        : Patience > 0 ? "Noise needs patience 0: validation counts get none."
        : BoostingContext.VarianceFault(noise);

    /// <summary>
    /// The same settings with leaves that noise cannot make large: L2 and the least child weight are as many times the noise's
    /// standard deviation as served best on validation days. Weaker ones stay as they are where the noise is little.
    /// </summary>
    public override BoostingSettings Steadied(NoisePlan noise)
    {
        double deviation = noise.Multiplier * noise.PaymentsOfUnit * Math.Max(1, PositiveWeight);
        return this with
        {
            L2 = Math.Max(L2, L2Deviations * deviation),
            MinimumChildWeight = Math.Max(MinimumChildWeight, ChildDeviations * deviation),
        };
    }

    protected override string? Misfit(int featureCount)
    {
        long largest = 2L * Math.Min(SplitsPerRound, Leaves) * featureCount * (Bins + 1);
        return largest > MaximumVector
            ? $"A round of {SplitsPerRound} splits over {featureCount} features of {Bins} bins has {largest} integers; "
                + $"it must have at most {MaximumVector}."
            : null;
    }
}
