using System.Collections.Immutable;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Learning.Families.Logistic;

/// <summary>
/// Logistic regression on standardised features: log-odds are the intercept plus the sum of weight × z, where
/// z = clamp((<see cref="Compress"/>(value) − mean) × inverse deviation, ±<see cref="Limit"/>), and 0 where the value is missing.
/// </summary>
public sealed class LogisticModel : Model
{
    /// <summary>Standardised values beyond this many deviations count as this many.</summary>
    public const double Limit = 8;

    public LogisticModel(
        ReadOnlySpan<byte> schemaDigest,
        ImmutableArray<double> means,
        ImmutableArray<double> inverseDeviations,
        ImmutableArray<double> weights,
        double intercept)
        : base(means.Length, schemaDigest)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(inverseDeviations.Length, means.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, means.Length);
        Means = means;
        InverseDeviations = inverseDeviations;
        Weights = weights;
        Intercept = intercept;
    }

    public override ModelFamily Family => LogisticFamily.Instance;

    public override string Size => $"{Weights.Count(weight => weight != 0)} weights";

    /// <summary>Where each compressed feature usually lies, by its unit.</summary>
    public ImmutableArray<double> Means { get; }

    /// <summary>One over how far each compressed feature usually spreads, by its unit.</summary>
    public ImmutableArray<double> InverseDeviations { get; }

    public ImmutableArray<double> Weights { get; }

    public double Intercept { get; }

    /// <summary>
    /// sign(x) × L(1 + |x|), where L is the chord of log2 between powers of two: exponent + fraction of the 32-bit float.
    /// Monotone, exact on every machine, and within ±128, so that amounts of any size have public bounds. NaN stays NaN.
    /// </summary>
    public static float Compress(float value)
    {
        if (float.IsNaN(value))
        {
            return value;
        }

        int bits = BitConverter.SingleToInt32Bits(1f + Math.Abs(value));
        float logarithm = (bits - BitConverter.SingleToInt32Bits(1f)) * (1f / (1 << 23));
        return value < 0 ? -logarithm : logarithm;
    }

    /// <summary>The standardised value of one feature; 0 where it is missing.</summary>
    public double Standardize(int feature, float value) =>
        float.IsNaN(value) ? 0 : Math.Clamp((Compress(value) - Means[feature]) * InverseDeviations[feature], -Limit, Limit);

    /// <summary>The magnitude of each feature's weight.</summary>
    public override double[] FeatureWeights() => [.. Weights.Select(Math.Abs)];

    internal static new LogisticModel Read(ref CanonicalReader reader)
    {
        ReadOnlySpan<byte> schemaDigest = reader.Span(32);
        double[] means = reader.Doubles();
        reader.Require(means.Length is > 0 and <= FeatureSchema.MaximumCount, "a number of features", means.Length);
        double[] inverseDeviations = reader.Doubles();
        reader.Require(inverseDeviations.Length == means.Length, "as many deviations as features", inverseDeviations.Length);
        double[] weights = reader.Doubles();
        reader.Require(weights.Length == means.Length, "as many weights as features", weights.Length);
        return new LogisticModel(schemaDigest, [.. means], [.. inverseDeviations], [.. weights], reader.Finite());
    }

    protected override void Write(CanonicalWriter writer)
    {
        writer.Raw(SchemaDigest.Span);
        writer.Doubles(Means.AsSpan());
        writer.Doubles(InverseDeviations.AsSpan());
        writer.Doubles(Weights.AsSpan());
        writer.Double(Intercept);
    }

    protected override double RowLogOdds(ReadOnlySpan<float> row)
    {
        double logOdds = Intercept;
        for (int feature = 0; feature < FeatureCount; feature++)
        {
            logOdds += Weights[feature] * Standardize(feature, row[feature]);
        }

        return logOdds;
    }

    protected override void AddLogOdds(FeatureMatrix features, Span<double> logOdds)
    {
        logOdds.Fill(Intercept);
        for (int feature = 0; feature < FeatureCount; feature++)
        {
            double weight = Weights[feature];
            ReadOnlySpan<float> column = features.Column(feature);
            for (int row = 0; row < column.Length; row++)
            {
                logOdds[row] += weight * Standardize(feature, column[row]);
            }
        }
    }
}
