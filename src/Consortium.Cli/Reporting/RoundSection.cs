using System.Globalization;

namespace Consortium.Cli.Reporting;

/// <summary>Rounds over time: how long each took and what it moved.</summary>
internal static class RoundSection
{
    public static Html Render(TrainingReport report)
    {
        RoundRecord[] rounds = [.. report.Details?.Rounds ?? []];
        if (rounds.Length == 0)
        {
            return Html.Nothing;
        }

        double[] seconds = [.. rounds.Select(round => round.Seconds).Order()];
        return $"""
            <section>
            <h2>Rounds</h2>
            <p>{rounds.Length} rounds over {report.Card.Transport}: {ByteSize.Of(rounds.Sum(round => round.Bytes))} in all, median {1000 * seconds[seconds.Length / 2]:F0} ms a round. Each tree takes a round for
            its root and some for its splits. A round's length is its bank with most to sum, its encryption, the key holders' release and the model's step.</p>
            <div class="pair">
            <figure><figcaption>Milliseconds a round</figcaption>{RoundPlot("round-seconds", "Milliseconds of each round", "round", rounds, round => 1000 * round.Seconds, value => value.ToString("N0", CultureInfo.InvariantCulture))}</figure>
            <figure><figcaption>Bytes a round, all parties</figcaption>{RoundPlot("round-bytes", "Bytes that all parties received in each round", "round", rounds, round => round.Bytes, value => ByteSize.Of((long)value))}</figure>
            </div>
            </section>
            """;
    }

    private static Html RoundPlot(
        string id, string title, string across, RoundRecord[] rounds, Func<RoundRecord, double> value, Func<double, string> name)
    {
        var plot = new Plot(
            id, title, $"One bar for each of {rounds.Length} rounds. The release record below has the figures.", 470, 220, 62);
        plot.Across(0.5, rounds[^1].Round + 0.5, across, tick => tick.ToString("N0", CultureInfo.InvariantCulture), 6);

        // A first round that takes many times as long as the others would flatten them all.
        double[] ordered = [.. rounds.Select(value).Order()];
        double usual = 3 * ordered[(int)(0.95 * (ordered.Length - 1))];
        double most = Math.Min(ordered[^1], usual);
        plot.Up(most, string.Empty, name);
        foreach (RoundRecord round in rounds)
        {
            double height = value(round);
            bool isCut = height > plot.Y.Most;
            plot.Bar(
                round.Round, 0.9, 0, Math.Min(height, plot.Y.Most), isCut ? "cut" : "hit",
                $"round {round.Round}: {name(height)}");
        }

        return plot.Render();
    }
}
