using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>
/// Divides a row's log-odds among its features: Shapley values, whose sum and <see cref="ExpectedLogOdds"/> make the model's
/// log-odds. Immutable, safe for many threads.
/// </summary>
public abstract class Explainer
{
    protected Explainer(Model model, double expectedLogOdds)
    {
        Model = model;
        ExpectedLogOdds = expectedLogOdds;
    }

    public Model Model { get; }

    /// <summary>Log-odds of a row of which nothing is known: what contributions start from.</summary>
    public double ExpectedLogOdds { get; }

    public static Explainer For(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Family.Explain(model);
    }

    /// <summary>Contributions of every feature to the log-odds of the given rows, row by row: rows × features of them.</summary>
    /// <exception cref="ArgumentException">The columns are not those that the model was trained on.</exception>
    public double[] Explain(FeatureMatrix features, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (!features.Schema.Digest.SequenceEqual(Model.SchemaDigest.Span))
        {
            throw new ArgumentException("The model was trained on another feature schema.", nameof(features));
        }

        foreach (int row in rows)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)features.RowCount, nameof(rows));
        }

        var contributions = new double[checked(rows.Length * Model.FeatureCount)];
        AddContributions(features, rows, contributions);
        return contributions;
    }

    /// <param name="contributions">rows × features zeros.</param>
    protected abstract void AddContributions(FeatureMatrix features, ReadOnlySpan<int> rows, Span<double> contributions);
}
