using System.Security.Cryptography;
using Consortium.Learning.Features;
using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>A trained model: a pure function from one row of features to log-odds of laundering. Immutable.</summary>
public abstract class Model
{
    private readonly Lazy<byte[]> _digest;

    protected Model(int featureCount, ReadOnlySpan<byte> schemaDigest)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(schemaDigest.Length, SHA256.HashSizeInBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(featureCount);
        FeatureCount = featureCount;
        SchemaDigest = schemaDigest.ToArray();
        _digest = new(() => SHA256.HashData(ToBytes()));
    }

    public abstract ModelFamily Family { get; }

    /// <summary>The model's size in words, such as "20 trees, 300 leaves".</summary>
    public abstract string Size { get; }

    public int FeatureCount { get; }

    /// <summary>Digest of the <see cref="FeatureSchema"/> that the columns must follow, 32 bytes.</summary>
    public ReadOnlyMemory<byte> SchemaDigest { get; }

    /// <summary>SHA-256 of <see cref="ToBytes"/>, 32 bytes: equal if and only if the models are.</summary>
    public ReadOnlyMemory<byte> Digest => _digest.Value;

    /// <summary>The model's canonical bytes, the same on every machine.</summary>
    public byte[] ToBytes()
    {
        var writer = new CanonicalWriter();
        WriteTo(writer);
        return writer.ToArray();
    }

    /// <summary>Reads <see cref="ToBytes"/>.</summary>
    /// <exception cref="MalformedDataException">The bytes are no canonical model.</exception>
    public static Model FromBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader("model", bytes);
        Model model = Read(ref reader);
        reader.End();
        return model;
    }

    /// <summary>Log-odds of laundering for every row, in the rows' order.</summary>
    /// <exception cref="ArgumentException">The columns are not those that the model was trained on.</exception>
    public double[] LogOdds(FeatureMatrix features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (!features.Schema.Digest.SequenceEqual(SchemaDigest.Span))
        {
            throw new ArgumentException("The model was trained on another feature schema.", nameof(features));
        }

        var logOdds = new double[features.RowCount];
        AddLogOdds(features, logOdds);
        return logOdds;
    }

    /// <summary>
    /// Log-odds of laundering for one row, whose values follow the schema of <see cref="SchemaDigest"/>; allocates nothing.
    /// </summary>
    public double LogOdds(ReadOnlySpan<float> row)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, FeatureCount);
        return RowLogOdds(row);
    }

    /// <summary>Probabilities of laundering for every row, in the rows' order.</summary>
    public double[] Probabilities(FeatureMatrix features)
    {
        double[] values = LogOdds(features);
        Sigmoid.Apply(values, values);
        return values;
    }

    /// <summary>What each feature did for the model, on a scale of the family's own; 0 for one without influence.</summary>
    public abstract double[] FeatureWeights();

    internal static Model Read(ref CanonicalReader reader) => ModelFamilies.Read(ref reader).ReadModel(ref reader);

    /// <summary>The family's tag, then the model's own bytes.</summary>
    internal void WriteTo(CanonicalWriter writer)
    {
        writer.UInt8(Family.Tag);
        Write(writer);
    }

    /// <summary>Writes what <see cref="ModelFamily.ReadModel"/> reads.</summary>
    protected abstract void Write(CanonicalWriter writer);

    protected abstract double RowLogOdds(ReadOnlySpan<float> row);

    /// <param name="logOdds">To be overwritten, one for each row.</param>
    protected abstract void AddLogOdds(FeatureMatrix features, Span<double> logOdds);
}
