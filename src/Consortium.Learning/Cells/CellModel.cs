using System.Collections.Immutable;
using System.Security.Cryptography;
using Consortium.Learning.Features;
using Consortium.Primitives;

namespace Consortium.Learning.Cells;

/// <summary>
/// A model as integer weights over cells: the exact reference of every encrypted score. Log-odds are (score + offset) * 2^-bits.
/// The shape, the offset and the bits are public; the weights are not. Immutable.
/// </summary>
public sealed class CellModel
{
    /// <summary>The finest step of a log-odds is 2^-8.</summary>
    public const int MostStepBits = 8;

    private const int LargestWeight = 1 << 20;
    private const double LargestValue = 1 << 20;

    private CellModel(CellShape shape, ImmutableArray<int> weights, int stepBits, long offset)
    {
        (Shape, Weights, StepBits, Offset) = (shape, weights, stepBits, offset);
        (LeastScore, LargestScore) = Range(shape, weights.AsSpan());
    }

    public CellShape Shape { get; }

    /// <summary>A weight for each cell. Secret.</summary>
    public ImmutableArray<int> Weights { get; }

    /// <summary>A score counts steps of 2^-bits of log-odds.</summary>
    public int StepBits { get; }

    /// <summary>Added to every score, which puts the scores' range around zero.</summary>
    public long Offset { get; }

    /// <summary>The least score of any row.</summary>
    public long LeastScore { get; }

    /// <summary>The largest score of any row.</summary>
    public long LargestScore { get; }

    /// <summary>SHA-256 of <see cref="ToBytes"/>, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Digest => SHA256.HashData(ToBytes());

    private static ReadOnlySpan<byte> Label => "CCM1"u8;

    /// <summary>Rounds a model's values to the finest step at which no score leaves the range.</summary>
    /// <param name="table">The model.</param>
    /// <param name="largestScore">Scores lie within plus and minus this.</param>
    /// <exception cref="ArgumentException">Whole log-odds are still too fine, or a value is not finite.</exception>
    public static CellModel Quantise(CellTable table, int largestScore)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentOutOfRangeException.ThrowIfLessThan(largestScore, 1);
        if (table.Values.Length != table.Shape.CellCount || !(Math.Abs(table.Base) <= LargestValue)
            || table.Values.Any(value => !(Math.Abs(value) <= LargestValue)))
        {
            throw new ArgumentException("A cell has no value, or one that no log-odds have.", nameof(table));
        }

        for (int bits = MostStepBits; bits >= 0; bits--)
        {
            int[] weights = [.. table.Values.Select(value => (int)Math.Round(Math.ScaleB(value, bits)))];
            (long least, long largest) = Range(table.Shape, weights);
            if (largest - least > 2L * largestScore)
            {
                continue;
            }

            // The first group takes up what centres the range: every row falls into one of its cells.
            int centre = (int)(least + ((largest - least) / 2));
            for (int cell = 0; cell < table.Shape.Groups[0].CellCount; cell++)
            {
                weights[cell] -= centre;
            }

            return new CellModel(table.Shape, [.. weights], bits, centre + (long)Math.Round(Math.ScaleB(table.Base, bits)));
        }

        throw new ArgumentException(
            $"The model's log-odds reach too far for scores within +-{largestScore} in steps of 1.", nameof(table));
    }

    /// <summary>The sum of a row's weights.</summary>
    /// <param name="cells">As <see cref="CellShape.Find"/> gives them.</param>
    public long Score(ReadOnlySpan<int> cells)
    {
        long score = 0;
        foreach (int cell in cells)
        {
            score += Weights[cell];
        }

        return score;
    }

    /// <summary>The log-odds that a score stands for.</summary>
    public double LogOdds(long score) => Math.ScaleB(score + Offset, -StepBits);

    /// <summary>Log-odds of every row.</summary>
    /// <exception cref="ArgumentException">The columns are not those of the model.</exception>
    public double[] LogOdds(FeatureMatrix features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (!features.Schema.Digest.SequenceEqual(Shape.SchemaDigest.Span))
        {
            throw new ArgumentException("The model was trained on another feature schema.", nameof(features));
        }

        var row = new float[Shape.FeatureCount];
        var cells = new int[Shape.Groups.Length];
        var logOdds = new double[features.RowCount];
        for (int i = 0; i < logOdds.Length; i++)
        {
            features.CopyRow(i, row);
            Shape.Find(row, cells);
            logOdds[i] = LogOdds(Score(cells));
        }

        return logOdds;
    }

    public byte[] ToBytes()
    {
        var writer = new CanonicalWriter();
        writer.Raw(Label);
        Shape.Write(writer);
        writer.Int32s(Weights.AsSpan());
        writer.Int32(StepBits);
        writer.Int64(Offset);
        return writer.ToArray();
    }

    /// <summary>Reads <see cref="ToBytes"/>.</summary>
    /// <exception cref="MalformedDataException">The bytes are no such model.</exception>
    public static CellModel FromBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader("model of cells", bytes);
        reader.Expect(Label);
        CellShape shape = CellShape.Read(ref reader);
        int[] weights = reader.Int32s();
        reader.Require(weights.Length == shape.CellCount, $"{shape.CellCount} weights", weights.Length);
        foreach (int weight in weights)
        {
            reader.Require(Math.Abs((long)weight) <= LargestWeight, $"a weight within +-{LargestWeight}", weight);
        }

        int stepBits = reader.Int32(0, MostStepBits, "a step");
        long offset = reader.Int64();
        reader.Require(Math.Abs(Math.Clamp(offset, -long.MaxValue, long.MaxValue)) < 1L << 40, "an offset", offset);
        reader.End();
        return new CellModel(shape, [.. weights], stepBits, offset);
    }

    public override string ToString() => "CellModel(redacted)";

    private static (long Least, long Largest) Range(CellShape shape, ReadOnlySpan<int> weights)
    {
        long least = 0, largest = 0;
        for (int group = 0; group < shape.Groups.Length; group++)
        {
            int low = int.MaxValue, high = int.MinValue;
            foreach (int weight in weights.Slice(shape.FirstCell(group), shape.Groups[group].CellCount))
            {
                (low, high) = (Math.Min(low, weight), Math.Max(high, weight));
            }

            (least, largest) = (least + low, largest + high);
        }

        return (least, largest);
    }
}
