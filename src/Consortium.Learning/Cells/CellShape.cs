using System.Collections.Immutable;
using System.Security.Cryptography;
using Consortium.Learning.Features;
using Consortium.Primitives;

namespace Consortium.Learning.Cells;

/// <summary>
/// What is public of a model as weights over cells: the features and the groups. Whoever has a row's features finds its cells
/// with it and learns no weight. Immutable.
/// </summary>
public sealed class CellShape
{
    /// <summary>The most cells of a model: 14 polynomials of 4,096.</summary>
    public const int MostCells = 14 * 4096;

    private readonly int[] _first;
    private readonly Lazy<byte[]> _digest;

    /// <exception cref="ArgumentException">
    /// There is no group, more than <see cref="MostCells"/> cells, or a feature beyond the last.
    /// </exception>
    public CellShape(int featureCount, ReadOnlySpan<byte> schemaDigest, ImmutableArray<CellGroup> groups)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(schemaDigest.Length, SHA256.HashSizeInBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(featureCount, 1);
        _first = new int[groups.Length];
        for (int group = 0; group < _first.Length; group++)
        {
            _first[group] = CellCount;
            CellCount += groups[group].CellCount;
            if (groups[group].Features.Any(feature => feature >= featureCount))
            {
                throw new ArgumentException($"Group {group} splits a feature beyond the last of {featureCount}.", nameof(groups));
            }
        }

        if (CellCount is < 1 or > MostCells)
        {
            throw new ArgumentException($"The model has {CellCount} cells; a query holds 1 to {MostCells}.", nameof(groups));
        }

        (FeatureCount, SchemaDigest, Groups) = (featureCount, schemaDigest.ToArray(), groups);
        _digest = new(() => SHA256.HashData(ToBytes()));
    }

    public int FeatureCount { get; }

    /// <summary>Digest of the <see cref="FeatureSchema"/> that rows follow, 32 bytes.</summary>
    public ReadOnlyMemory<byte> SchemaDigest { get; }

    public ImmutableArray<CellGroup> Groups { get; }

    public int CellCount { get; }

    /// <summary>SHA-256 of <see cref="ToBytes"/>.</summary>
    public ReadOnlyMemory<byte> Digest => _digest.Value;

    /// <summary>Number of the group's first cell.</summary>
    public int FirstCell(int group) => _first[group];

    /// <summary>The cells that a row falls into, one a group, counted through the groups.</summary>
    public void Find(ReadOnlySpan<float> row, Span<int> cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, FeatureCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, Groups.Length);
        for (int group = 0; group < cells.Length; group++)
        {
            cells[group] = _first[group] + Groups[group].CellOf(row);
        }
    }

    public byte[] ToBytes()
    {
        var writer = new CanonicalWriter();
        Write(writer);
        return writer.ToArray();
    }

    internal static CellShape Read(ref CanonicalReader reader)
    {
        int featureCount = reader.Int32(1, FeatureSchema.MaximumCount, "a number of features");
        ReadOnlySpan<byte> schemaDigest = reader.Span(SHA256.HashSizeInBytes);
        int count = reader.Int32(1, MostCells, "a number of groups");
        ImmutableArray<CellGroup>.Builder groups = ImmutableArray.CreateBuilder<CellGroup>();
        int cells = 0;
        for (int group = 0; group < count; group++)
        {
            groups.Add(CellGroup.Read(ref reader, featureCount));
            cells += groups[^1].CellCount;
            reader.Require(cells <= MostCells, $"at most {MostCells} cells", cells);
        }

        return new CellShape(featureCount, schemaDigest, groups.ToImmutable());
    }

    internal void Write(CanonicalWriter writer)
    {
        writer.Int32(FeatureCount);
        writer.Raw(SchemaDigest.Span);
        writer.Int32(Groups.Length);
        foreach (CellGroup group in Groups)
        {
            group.Write(writer);
        }
    }
}
