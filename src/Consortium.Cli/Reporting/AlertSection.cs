using System.Globalization;

namespace Consortium.Cli.Reporting;

/// <summary>What analysts would have worked, day by day.</summary>
internal static class AlertSection
{
    public static Html Render(TrainingReport report)
    {
        AlertDay[] days = [.. report.Details?.Days ?? []];
        if (days.Length == 0)
        {
            return Html.Nothing;
        }

        return $"""
            <section>
            <h2>Alerts, day by day</h2>
            <p>All banks' test days; together they work {report.Banks.Sum(bank => bank.AlertsPerDay)} alerts a day, each its share by payments. Bars are alerts by the consortium's model, the filled part the laundering among
            them; the line is the laundering that own models find with as many alerts.</p>
            <p class="legend"><span><i class="key hit"></i>laundering, alerted</span><span><i class="key miss"></i>alerted in vain</span><span><i class="key own"></i>laundering found by own models</span></p>
            {DayPlot(days)}
            <details><summary>Alerts of each day, as a table</summary><div class="scroll"><table>
            <thead><tr><th scope="col">Day</th><th scope="col" class="n">laundering payments</th><th scope="col" class="n">alerts</th><th scope="col" class="n">found, consortium</th><th scope="col" class="n">found, own models</th></tr></thead>
            <tbody>{days.Select(Row)}</tbody></table></div></details>
            </section>
            """;
    }

    private static Html Row(AlertDay day) => $"""
        <tr><th scope="row">{day.Day:yyyy-MM-dd}</th><td class="n">{day.Laundering}</td><td class="n">{day.Alerts}</td><td class="n">{day.Hits}</td><td class="n">{day.OwnHits}</td></tr>
        """;

    private static Html DayPlot(AlertDay[] days)
    {
        var plot = new Plot(
            "days", "Alerts of each test day and the laundering among them",
            $"{days.Length} days from {days[0].Day:yyyy-MM-dd} to {days[^1].Day:yyyy-MM-dd}. The table below has the figures.",
            960, 260);
        plot.Across(
            -0.5, days.Length - 0.5, "test day",
            tick => days[(int)Math.Clamp(tick, 0, days.Length - 1)].Day.ToString("d MMM", CultureInfo.InvariantCulture), 10);
        plot.Up(Math.Max(1, days.Max(day => day.Alerts)), "alerts", tick => tick.ToString("0.#", CultureInfo.InvariantCulture));
        foreach ((int i, AlertDay day) in days.Index())
        {
            string tip = $"{day.Day:yyyy-MM-dd}: {day.Hits} of {day.Alerts} alerts are laundering, {day.OwnHits} by own models";
            plot.Bar(i, 0.72, 0, day.Hits, "hit", tip);
            plot.Bar(i, 0.72, day.Hits, day.Alerts, "miss", tip);
        }

        plot.Line(days.Select((day, i) => ((double)i, (double)day.OwnHits)), "own");
        return plot.Render();
    }
}
