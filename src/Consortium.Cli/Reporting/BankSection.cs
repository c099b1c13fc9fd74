using System.Globalization;

namespace Consortium.Cli.Reporting;

/// <summary>What each bank gains.</summary>
internal static class BankSection
{
    private const int RowHeight = 30;

    public static Html Render(TrainingReport report) => $"""
        <section>
        <h2>What each bank gains</h2>
        <p>Every bank's own test payments, on days after the training days, scored by three models. Average precision is the area under the precision-recall
        curve; recall is the share of laundering found within the bank's daily alerts. Scores of different banks do not compare with one another: read along a row.</p>
        {Legend}
        {GainPlot(report)}
        <div class="scroll"><table>
        <thead><tr><th scope="col" rowspan="2">Bank</th><th scope="col" class="n" rowspan="2">Training payments</th><th scope="col" class="n" rowspan="2">Test payments</th><th scope="col" class="n" rowspan="2">Laundering</th><th class="c" scope="colgroup" colspan="4">Average precision</th><th class="c" scope="colgroup" colspan="4">Recall at the alert budget</th></tr>
        <tr><th scope="col" class="n">own</th><th scope="col" class="n">consortium</th><th scope="col" class="n">pooled</th><th scope="col" class="n">gain</th><th scope="col" class="n">alerts a day</th><th scope="col" class="n">own</th><th scope="col" class="n">consortium</th><th scope="col" class="n">pooled</th></tr></thead>
        <tbody>{report.Banks.Select(Row)}</tbody>
        </table></div>
        {Total(report)}
        </section>
        """;

    internal static Html Legend => $"""
        <p class="legend"><span><i class="key own"></i>own model</span><span><i class="key consortium"></i>consortium's model</span><span><i class="key pooled"></i>pooled model</span></p>
        """;

    private static Html Row(BankOutcome bank)
    {
        double? gain = bank.ConsortiumAveragePrecision - bank.OwnAveragePrecision;
        string style = gain > 0 ? "up" : gain < 0 ? "down" : "";
        return $"""
            <tr><th scope="row">{bank.Bank}</th><td class="n">{bank.TrainingRows:N0}</td><td class="n">{bank.TestRows:N0}</td><td class="n">{bank.TestLaundering:N0}</td>
            <td class="n">{HtmlReport.Score(bank.OwnAveragePrecision)}</td><td class="n">{HtmlReport.Score(bank.ConsortiumAveragePrecision)}</td><td class="n">{HtmlReport.Score(bank.PooledAveragePrecision)}</td>
            <td class="n {style}">{gain?.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture) ?? "-"}</td><td class="n">{bank.AlertsPerDay}</td>
            <td class="n">{HtmlReport.Score(bank.OwnRecall)}</td><td class="n">{HtmlReport.Score(bank.ConsortiumRecall)}</td><td class="n">{HtmlReport.Score(bank.PooledRecall)}</td></tr>
            """;
    }

    private static Html Total(TrainingReport report)
    {
        if (report.Consortium is not { } together || report.Own is not { } own)
        {
            return Html.Nothing;
        }

        Html attempts = together is { Attempts: { } all, AttemptsFound: { } found }
            ? $" Of {all:N0} laundering attempts with a payment on these days, {found:N0} had an alert at least; by own "
                + $"models {own.AttemptsFound ?? 0:N0}."
            : Html.Nothing;
        return $"""
            <p>All banks' {together.Alerts:N0} alerts together found <strong>{together.Hits:N0}</strong> of {together.Laundering:N0} laundering payments, own models with as many alerts
            <strong>{own.Hits:N0}</strong>.{attempts}</p>
            """;
    }

    private static Html GainPlot(TrainingReport report)
    {
        BankOutcome[] banks = [.. report.Banks.Where(bank => bank.OwnAveragePrecision is not null)];
        if (banks.Length == 0)
        {
            return Html.Nothing;
        }

        double left = 26 + (7.2 * Math.Min(24, banks.Max(bank => bank.Bank.Length)));
        var plot = new Plot(
            "gains", "Average precision of each bank's own model and of the consortium's",
            $"One row for each of {banks.Length} banks: a dot for its own model, one for the consortium's, a ring for the "
                + $"pooled model. The table below has the figures.",
            960, 52 + (RowHeight * banks.Length), left, 8);
        double most = banks.Max(bank => Math.Max(bank.OwnAveragePrecision ?? 0, bank.ConsortiumAveragePrecision ?? 0));
        plot.Across(
            0, Math.Min(1, Math.Max(0.1, Math.Ceiling(most * 10.5) / 10)), "average precision",
            value => value.ToString("0.##", CultureInfo.InvariantCulture), 10);
        plot.Up(banks.Length, string.Empty, _ => string.Empty, isRounded: false, ticks: 1);
        foreach ((int i, BankOutcome bank) in banks.Index())
        {
            double y = banks.Length - i - 0.5, own = bank.OwnAveragePrecision ?? 0,
            together = bank.ConsortiumAveragePrecision ?? 0;
            string name = bank.Bank.Length > 24 ? bank.Bank[..23] + "…" : bank.Bank;
            plot.Mark($"""<text class="label" x="{left - 10:F1}" y="{plot.Y[y] + 4:F1}" text-anchor="end">{name}</text><line class="span {(together >= own ? "up" : "down")}" x1="{plot.X[own]:F1}" x2="{plot.X[together]:F1}" y1="{plot.Y[y]:F1}" y2="{plot.Y[y]:F1}"/>""");
            plot.Dot(own, y, 5, "own", $"{bank.Bank}, own model: {HtmlReport.Score(own)}");
            plot.Dot(together, y, 6, "consortium", $"{bank.Bank}, consortium's model: {HtmlReport.Score(together)}");
            if (bank.PooledAveragePrecision is { } pooled)
            {
                plot.Dot(pooled, y, 9, "pooled", $"{bank.Bank}, pooled model: {HtmlReport.Score(pooled)}");
            }
        }

        return plot.Render();
    }
}
