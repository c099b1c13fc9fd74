using System.Collections.Immutable;
using System.Globalization;

namespace Consortium.Cli.Reporting;

/// <summary>Precision against recall, a small plot for each bank.</summary>
internal static class CurveSection
{
    private const int MostPlots = 24;

    private static readonly double[] Recalls = [0.1, 0.25, 0.5, 0.75, 0.9];

    public static Html Render(TrainingReport report)
    {
        BankCurves[] curves = [.. report.Details?.Curves.Where(bank => bank.Consortium.Length > 0) ?? []];
        if (curves.Length == 0)
        {
            return Html.Nothing;
        }

        Html more = curves.Length > MostPlots
            ? $"<p>The first {MostPlots} of {curves.Length} banks; the table has them all.</p>"
            : Html.Nothing;
        return $"""
            <section>
            <h2>Precision and recall</h2>
            <p>Further to the right: more of a bank's laundering found. Higher up: fewer alerts in vain. The dotted line at the bottom is what alerts drawn at random reach.
            The pooled curve lies on the consortium's where the two models are one.</p>
            {BankSection.Legend}
            <div class="grid-of-plots">{curves.Take(MostPlots).Select((bank, i) => Figure(bank, i))}</div>
            {more}
            <details><summary>Precision at given recall, as a table</summary><div class="scroll"><table>
            <thead><tr><th scope="col">Bank</th><th scope="col">Model</th>{Recalls.Select(Head)}</tr></thead>
            <tbody>{curves.SelectMany(Rows)}</tbody></table></div></details>
            </section>
            """;
    }

    private static Html Head(double recall) => $"""<th scope="col" class="n">at {HtmlReport.Percent(recall)} recall</th>""";

    private static Html Figure(BankCurves bank, int index)
    {
        var plot = new Plot(
            $"curve-{index}", $"Precision and recall of bank {bank.Bank}",
            "Three curves: own model, consortium's model, pooled model. The table below gives precision at five levels of "
                + "recall.",
            300,
            240);
        plot.Across(0, 1, "recall", Tick, 4);
        plot.Up(1, "precision", Tick, isRounded: false);
        plot.Level(bank.BaseRate, "chance");
        plot.Line(bank.Own.Select(point => (point.Recall, point.Precision)), "own");
        plot.Line(bank.Consortium.Select(point => (point.Recall, point.Precision)), "consortium");
        plot.Line(bank.Pooled.Select(point => (point.Recall, point.Precision)), "pooled");
        return $"<figure><figcaption>{bank.Bank}</figcaption>{plot.Render()}</figure>";

        static string Tick(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
    }

    private static IEnumerable<Html> Rows(BankCurves bank) =>
    [
        Row(bank.Bank, "own", bank.Own), Row(bank.Bank, "consortium", bank.Consortium), Row(bank.Bank, "pooled", bank.Pooled),
    ];

    private static Html Row(string bank, string model, ImmutableArray<CurvePoint> curve) => $"""
        <tr><th scope="row">{bank}</th><td>{model}</td>{Recalls.Select(recall => Cell(curve, recall))}</tr>
        """;

    private static Html Cell(ImmutableArray<CurvePoint> curve, double recall)
    {
        double? precision = curve.Where(point => point.Recall >= recall).Select(
            point => (double?)point.Precision).FirstOrDefault();
        return $"""<td class="n">{HtmlReport.Score(precision)}</td>""";
    }
}
