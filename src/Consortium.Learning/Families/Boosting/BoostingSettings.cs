using Consortium.Learning.Binning;
using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Learning.Families.Boosting;

/// <summary>Gradient boosting of histogram trees on second-order logistic loss. The defaults suit laundering: one row in hundreds, hundreds of features.</summary>
public sealed record BoostingSettings : FamilySettings
{
    /// <summary>Integers of the largest round: a GiB of them.</summary>
    private const long MaximumVector = 1 << 27;

    private const int MaximumLeafCount = 4096;

    /// <summary>Most trees to grow; fewer when <see cref="Patience"/> runs out.</summary>
    public int Trees { get; init; } = 200;

    /// <summary>Leaves of a tree at most.</summary>
    public int Leaves { get; init; } = 31;

    /// <summary>
    /// Leaves that one round splits at most, the best first. 1 grows leaf by leaf as LightGBM does, at a round each; half of <see cref="Leaves"/> grows level by level.
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

    /// <summary>Stop after this many trees without a better validation measure and keep the best; 0 never stops and asks for no validation counts.</summary>
    public int Patience { get; init; }

    /// <summary>
    /// A laundering payment's second derivative counts <see cref="PositiveWeight"/> times, so a child of few heavy payments would pass a limit that
    /// ignores it. Trees grow by the best leaf, so one may be a chain of all its splits.
    /// </summary>
    /// <summary>Where bin edges come from.</summary>
    public BinEdgeSource Edges { get; init; } = BinEdgeSource.Public;

    /// <summary>
    /// The share of rows that is laundering, as the plan's writer expects it in public: log-odds start there. Trees correct it within a few rounds, so the
    /// order of magnitude is enough.
    /// </summary>
    public double BaseRate { get; init; } = 0.0025;

    public override bool SketchesPayments => Edges == BinEdgeSource.Sketched;

    public override IReadOnlyList<SettingsQuantity> Quantities() =>
    [
        new(QuantityKind.ChildHessian, MinimumChildWeight / Math.Max(1, PositiveWeight)),
        new(QuantityKind.L2, L2),
        new(QuantityKind.Leaves, Leaves),
        new(QuantityKind.Depth, Leaves - 1),
        new(QuantityKind.Bins, Bins),
        new(QuantityKind.Trees, Trees),
    ];

    internal static BoostingSettings ReadSettings(ref CanonicalReader reader) => new()
    {
        Trees = reader.Int32(),
        Leaves = reader.Int32(),
        SplitsPerRound = reader.Int32(),
        Bins = reader.Int32(),
        LearningRate = reader.Finite(),
        L2 = reader.Finite(),
        MinimumChildWeight = reader.Finite(),
        PositiveWeight = reader.Finite(),
        RowFraction = reader.Finite(),
        ColumnFraction = reader.Finite(),
        Patience = reader.Int32(),
        Edges = (BinEdgeSource)reader.UInt8(),
        BaseRate = reader.Finite(),
    };

    internal override int LargestRequest(int featureCount)
    {
        int columns = Math.Max(1, (int)Math.Ceiling(ColumnFraction * featureCount)), node = 2 * columns * (Bins + 1);
        return Math.Max(
            Edges == BinEdgeSource.Sketched ? featureCount * FeatureSketch.LargestRequest(Bins) : 0,
            Math.Max(Math.Min(SplitsPerRound, Leaves) * node, Patience > 0 ? node + ValidationMeasure.Length : 0));
    }

    internal override void Write(CanonicalWriter writer)
    {
        writer.UInt8(TreeEnsemble.Kind);
        writer.Int32(Trees);
        writer.Int32(Leaves);
        writer.Int32(SplitsPerRound);
        writer.Int32(Bins);
        writer.Double(LearningRate);
        writer.Double(L2);
        writer.Double(MinimumChildWeight);
        writer.Double(PositiveWeight);
        writer.Double(RowFraction);
        writer.Double(ColumnFraction);
        writer.Int32(Patience);
        writer.UInt8((byte)Edges);
        writer.Double(BaseRate);
    }

    internal override string? Fault(int featureCount) => this switch
    {
        { Trees: < 1 or > TreeEnsemble.MaximumTrees } => $"Trees is {Trees}; it must be 1 to {TreeEnsemble.MaximumTrees}.",
        { Leaves: < 2 or > MaximumLeafCount } => $"Leaves is {Leaves}; it must be 2 to {MaximumLeafCount}.",
        { SplitsPerRound: < 1 or > MaximumLeafCount } => $"SplitsPerRound is {SplitsPerRound}; it must be 1 to {MaximumLeafCount}.",
        { Bins: < 2 or > BinEdges.MaximumBins } => $"Bins is {Bins}; it must be 2 to {BinEdges.MaximumBins}.",
        { LearningRate: not (> 0 and <= 1) } => $"LearningRate is {LearningRate}; it must be above 0 and at most 1.",
        { L2: not (>= 0 and <= 1e9) } => $"L2 is {L2}; it must be 0 to 1e9.",
        { MinimumChildWeight: not (>= 1e-3 and <= 1e9) } => $"MinimumChildWeight is {MinimumChildWeight}; it must be 0.001 to 1e9.",
        { PositiveWeight: not (>= 1e-3 and <= 1e3) } => $"PositiveWeight is {PositiveWeight}; it must be 0.001 to 1000.",
        { RowFraction: not (> 0 and <= 1) } => $"RowFraction is {RowFraction}; it must be above 0 and at most 1.",
        { ColumnFraction: not (> 0 and <= 1) } => $"ColumnFraction is {ColumnFraction}; it must be above 0 and at most 1.",
        { Patience: < 0 or > TreeEnsemble.MaximumTrees } => $"Patience is {Patience}; it must be 0 to {TreeEnsemble.MaximumTrees}.",
        { Edges: not (BinEdgeSource.Public or BinEdgeSource.Sketched) } => $"Edges is {(byte)Edges}; it must be {BinEdgeSource.Public} or {BinEdgeSource.Sketched}.",
        { BaseRate: not (>= 1e-6 and <= 0.5) } => $"BaseRate is {BaseRate}; it must be 1e-6 to 0.5.",
        _ when LargestVector(featureCount) > MaximumVector =>
            $"A round of {SplitsPerRound} splits over {featureCount} features of {Bins} bins has {LargestVector(featureCount)} integers; it must have at most {MaximumVector}.",
        _ => null,
    };

    private long LargestVector(int featureCount) => 2L * Math.Min(SplitsPerRound, Leaves) * featureCount * (Bins + 1);
}
