namespace Consortium.Cli.Reporting;

/// <summary>Which features moved the scores of alerted payments.</summary>
internal static class FeatureSection
{
    public static Html Render(TrainingReport report)
    {
        FeatureShare[] features = [.. report.Details?.Features ?? []];
        if (features.Length == 0)
        {
            return Html.Nothing;
        }

        double most = features.Max(feature => feature.Share);
        return $"""
            <section>
            <h2>What moves the scores</h2>
            <p>The strongest of {report.Card.Features} features over alerted payments: mean absolute Shapley value, as a share of all features' together. It says what moved this model, not what causes
            laundering; of features that go together it may credit either. Each bank computes its own part from its own payments.</p>
            <table class="bars"><thead><tr><th scope="col">Feature</th><th scope="col">Share</th></tr></thead>
            <tbody>{features.Select(feature => Row(feature, most))}</tbody></table>
            </section>
            """;
    }

    private static Html Row(FeatureShare feature, double most) => $"""
        <tr><th scope="row">{feature.Description}<small>{feature.Feature}</small></th><td><svg class="plot bar-cell" role="img" viewBox="0 0 200 14" preserveAspectRatio="none" aria-label="{feature.Share:P1}"><rect class="bar hit" width="{200 * feature.Share / most:F1}" height="14"/></svg><span>{feature.Share:P1}</span></td></tr>
        """;
}
