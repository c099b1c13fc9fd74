using System.Collections.Immutable;
using Consortium.Learning.Cells;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Learning.Families.Boosting;

/// <summary>Boosted trees: log-odds are <see cref="BaseScore"/> plus the leaf of every tree, added in the trees' order.</summary>
public sealed class TreeEnsemble : Model
{
    internal const int MaximumTrees = 10_000;

    public TreeEnsemble(int featureCount, ReadOnlySpan<byte> schemaDigest, double baseScore, ImmutableArray<Tree> trees)
        : base(featureCount, schemaDigest)
    {
        BaseScore = baseScore;
        Trees = trees;
    }

    public override ModelFamily Family => BoostingFamily.Instance;

    public override string Size => $"{Trees.Length} trees, {Trees.Sum(tree => tree.LeafCount)} leaves";

    /// <summary>Log-odds before any tree.</summary>
    public double BaseScore { get; }

    public ImmutableArray<Tree> Trees { get; }

    /// <summary>The gain of each feature's splits.</summary>
    public override double[] FeatureWeights()
    {
        var gains = new double[FeatureCount];
        foreach (Tree tree in Trees)
        {
            for (int split = 0; split < tree.SplitCount; split++)
            {
                gains[tree.Features[split]] += tree.Gains[split];
            }
        }

        return gains;
    }

    internal static new TreeEnsemble Read(ref CanonicalReader reader)
    {
        int featureCount = reader.Int32(1, FeatureSchema.MaximumCount, "a number of features");
        ReadOnlySpan<byte> schemaDigest = reader.Span(32);
        double baseScore = reader.Finite();
        int count = reader.Int32(0, MaximumTrees, "a number of trees");
        ImmutableArray<Tree>.Builder trees = ImmutableArray.CreateBuilder<Tree>();
        for (int i = 0; i < count; i++)
        {
            trees.Add(Tree.Read(ref reader, featureCount));
        }

        return new TreeEnsemble(featureCount, schemaDigest, baseScore, trees.ToImmutable());
    }

    protected override void Write(CanonicalWriter writer)
    {
        writer.Int32(FeatureCount);
        writer.Raw(SchemaDigest.Span);
        writer.Double(BaseScore);
        writer.Int32(Trees.Length);
        foreach (Tree tree in Trees)
        {
            tree.Write(writer);
        }
    }

    /// <summary>Adds each row's leaf of <paramref name="tree"/> to its log-odds.</summary>
    internal static void AddTree(Tree tree, FeatureMatrix features, Span<double> logOdds) =>
        TreeScoring.Add([tree], features, logOdds);

    /// <summary>A group a tree that splits; a tree of one leaf adds to the base.</summary>
    internal CellTable? Cells()
    {
        Tree[] split = [.. Trees.Where(tree => tree.SplitCount > 0)];
        return split.Length == 0
            ? null
            : new CellTable(
                new CellShape(
                    FeatureCount, SchemaDigest.Span,
                    [.. split.Select(tree => CellGroup.Create(
                        FeatureCount, tree.Features, tree.Thresholds, tree.MissingLeft, tree.Left, tree.Right))]),
                [.. split.SelectMany(tree => tree.LeafValues)],
                BaseScore + Trees.Where(tree => tree.SplitCount == 0).Sum(tree => tree.LeafValues[0]));
    }

    protected override double RowLogOdds(ReadOnlySpan<float> row) => TreeScoring.AddScalar(Trees.AsSpan(), row, BaseScore);

    protected override void AddLogOdds(FeatureMatrix features, Span<double> logOdds)
    {
        logOdds.Fill(BaseScore);
        TreeScoring.Add(Trees.AsSpan(), features, logOdds);
    }
}
