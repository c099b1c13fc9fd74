using System.Globalization;
using System.Reflection;

namespace Consortium.Cli.Reporting;

/// <summary>The report as one page that needs nothing else: no script, no network.</summary>
internal static class HtmlReport
{
    private static readonly string Style = ReadStyle();

    public static string Render(TrainingReport report)
    {
        IEnumerable<Html> sections =
        [
            Headline(report),
            BankSection.Render(report),
            CurveSection.Render(report),
            AlertSection.Render(report),
            FeatureSection.Render(report),
            RoundSection.Render(report),
            PartySection.Render(report),
            ReleaseSection.Render(report),
            CardSection.Render(report),
        ];
        Html page = $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <title>{report.Title} - Consortium</title>
            <link rel="icon" href="data:,">
            <style>
            """;
        page.AppendLiteral(Style); // ours, not data
        page.AppendLiteral("</style>\n</head>\n<body>\n<main>\n");
        page.AppendFormatted(sections);
        page.AppendFormatted(Footer(report));
        page.AppendLiteral("</main>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static Html Headline(TrainingReport report)
    {
        int better = report.Banks.Count(bank => bank.ConsortiumAveragePrecision > bank.OwnAveragePrecision);
        int judged = report.Banks.Count(bank => bank.OwnAveragePrecision is not null);
        return $"""
            <header>
            <p class="kicker">Consortium &middot; {report.CreatedAt:yyyy-MM-dd HH:mm} UTC</p>
            <h1>{report.Title}</h1>
            <p class="lead">{report.Banks.Length} banks trained one model on {report.Card.Source}. No payment, label or single bank's update left a bank readable:
            every sum was encrypted, and opened only after {report.Card.Threshold} of {report.Card.KeyHolders} key holders released it.</p>
            <div class="tiles">
            {Tile(report.IdenticalToPooled switch { true => "Identical", false => "Not identical", null => "Not compared" }, "to pooled training", $"digest {Short(report.ModelDigest)}", report.IdenticalToPooled switch { true => "good", false => "bad", null => "" })}
            {Tile($"{better} of {judged}", "banks better than alone", "average precision on their own test days", "")}
            {(report.Vote is { } vote ? Tile($"{vote.Accepting} of {vote.Accepting + vote.Rejecting}", "banks' votes accept it", "each held it against its own model, in a secure sum", "") : Html.Nothing)}
            {Tile(report.Consortium?.Recall is { } recall ? Percent(recall) : "-", "of laundering found", report.Own?.Recall is { } own ? $"{Percent(own)} by own models, as many alerts" : "at the alert budget", "")}
            {Tile(Seconds(report.TrainSeconds), $"in {report.Rounds} encrypted rounds", report.PooledTrainSeconds is { } pooled ? string.Create(CultureInfo.InvariantCulture, $"{report.TrainSeconds / pooled:F1} x the {Seconds(pooled)} of pooled training") : "", "")}
            {(report.WireBytesPerBank is { } bytes ? Tile(ByteSize.Of(bytes), "on the wire per bank", "sent and received", "") : Html.Nothing)}
            </div>
            </header>
            """;
    }

    private static Html Tile(string figure, string what, string more, string style) => $"""
        <div class="tile {style}"><strong>{figure}</strong><span>{what}</span><small>{more}</small></div>
        """;

    private static Html Footer(TrainingReport report) => $"""
        <footer><p>Made by Consortium, {report.CreatedAt:yyyy-MM-dd}. Unaudited software. Figures are of this run alone.</p></footer>
        """;

    internal static string Percent(double value) =>
        value.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);

    internal static string Score(double? value) => value?.ToString("F3", CultureInfo.InvariantCulture) ?? "-";

    internal static string Seconds(double seconds) => seconds < 100
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 60):F0} min {seconds % 60:F0} s");

    /// <summary>Enough of a digest to tell two apart by eye; the whole one stands in the model card.</summary>
    internal static string Short(string digest) => digest.Length > 12 ? digest[..12] + "…" : digest;

    private static string ReadStyle()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("report.css")
            ?? throw new InvalidOperationException("The style sheet is not in this program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
