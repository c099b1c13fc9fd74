using Consortium.Learning.Features;
using Consortium.Learning.Models;

namespace Consortium.Learning.Families.Additive;

/// <summary>
/// Each feature's value less its mean: the Shapley values of a sum of functions of one feature each (Lundberg and Lee 2017).
/// </summary>
internal sealed class AdditiveExplainer(AdditiveModel model)
    : Explainer(model, model.BaseScore + model.Tables.Sum(table => table.Mean))
{
    protected override void AddContributions(FeatureMatrix features, ReadOnlySpan<int> rows, Span<double> contributions)
    {
        foreach (FeatureTable table in model.Tables)
        {
            ReadOnlySpan<float> column = features.Column(table.Feature);
            for (int i = 0; i < rows.Length; i++)
            {
                contributions[(i * model.FeatureCount) + table.Feature] = table.ValueOf(column[rows[i]]) - table.Mean;
            }
        }
    }
}
