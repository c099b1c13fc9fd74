using Consortium.Learning.Features;
using Consortium.Learning.Models;

namespace Consortium.Learning.Families.Logistic;

/// <summary>
/// Weight × standardised value: the Shapley values of a linear model (Lundberg and Lee 2017, corollary 1), against a row that has
/// every feature at its training mean.
/// </summary>
internal sealed class LogisticExplainer(LogisticModel model) : Explainer(model, model.Intercept)
{
    protected override void AddContributions(FeatureMatrix features, ReadOnlySpan<int> rows, Span<double> contributions)
    {
        for (int feature = 0; feature < model.FeatureCount; feature++)
        {
            ReadOnlySpan<float> column = features.Column(feature);
            for (int i = 0; i < rows.Length; i++)
            {
                contributions[i * model.FeatureCount + feature] =
                    model.Weights[feature] * model.Standardize(feature, column[rows[i]]);
            }
        }
    }
}
