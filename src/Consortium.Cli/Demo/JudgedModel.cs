using Consortium.Learning.Evaluation;
using Consortium.Learning.Models;

namespace Consortium.Cli.Demo;

/// <summary>A model on one bank's test rows.</summary>
/// <param name="AveragePrecision">Null when no row is laundering.</param>
/// <param name="Alerted">Rows within the daily budget, ascending.</param>
internal sealed record JudgedModel(double[] Scores, double? AveragePrecision, int[] Alerted, AlertCounts Counts)
{
    public static JudgedModel Of(Model model, TestRows test, int alertsPerDay)
    {
        double[] scores = model.LogOdds(test.Features);
        double precision = Learning.Evaluation.AveragePrecision.Of(scores, test.Labels);
        return new JudgedModel(
            scores,
            double.IsNaN(precision) ? null : precision,
            DailyAlerts.Select(scores, test.Days, alertsPerDay),
            DailyAlerts.Count(scores, test.Labels, test.Days, alertsPerDay));
    }
}
