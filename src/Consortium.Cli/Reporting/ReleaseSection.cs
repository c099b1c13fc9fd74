using System.Collections.Immutable;
using Consortium.Primitives;

namespace Consortium.Cli.Reporting;

/// <summary>Who contributed to each sum and who released it.</summary>
internal static class ReleaseSection
{
    public static Html Render(TrainingReport report)
    {
        ImmutableArray<RoundRecord> rounds = report.Details?.Rounds ?? [];
        if (rounds.IsDefaultOrEmpty)
        {
            return Html.Nothing;
        }

        bool isFixed = rounds.All(round => round.Members.SequenceEqual(rounds[0].Members));
        int fewest = rounds.Min(round => round.Released.Length);
        string members = isFixed
            ? $"Every sum is of the same {rounds[0].Members.Length} banks: {string.Join(", ", rounds[0].Members)}."
            : $"Sums are of {rounds.Min(round => round.Members.Length)} to {rounds.Max(round => round.Members.Length)} banks.";
        IEnumerable<Html> releases = rounds.SelectMany(round => round.Released).CountBy(holder => holder).OrderBy(
            holder => holder.Key, StringComparer.Ordinal).Select(HolderRow);
        return $"""
            <section>
            <h2>Cohort and release record</h2>
            <p>One sum was released a round, never of fewer than {report.Card.MinimumCohort} banks, each by {fewest} key holders at least of {report.Card.KeyHolders}; {report.Card.Threshold} are needed.
            The record is what a bank was sent with each sum: signed statements, whose digests are below.</p>
            <p>{members}</p>
            <div class="scroll"><table><thead><tr><th scope="col">Key holder</th><th scope="col" class="n">share-sums used</th></tr></thead><tbody>{releases}</tbody></table></div>
            <details><summary>All {rounds.Length} rounds</summary><div class="scroll"><table class="record">
            <thead><tr><th scope="col" class="n">Round</th><th scope="col" class="n">Attempt</th><th scope="col" class="n">Values</th><th scope="col" class="n">ms</th><th scope="col" class="n">Bytes</th><th scope="col" class="n">Banks</th><th scope="col">Approved</th><th scope="col">Released</th><th scope="col">Cohort</th><th scope="col">Sum</th><th scope="col">Model state after</th></tr></thead>
            <tbody>{rounds.Select(Row)}</tbody></table></div></details>
            </section>
            """;
    }

    private static Html HolderRow(KeyValuePair<string, int> holder) =>
        $"""<tr><th scope="row">{holder.Key}</th><td class="n">{holder.Value:N0}</td></tr>""";

    private static Html Row(RoundRecord round) => $"""
        <tr><th scope="row" class="n">{round.Round}</th><td class="n">{round.Attempt}</td><td class="n">{round.Values:N0}</td><td class="n">{1000 * round.Seconds:F0}</td><td class="n">{round.Bytes:N0}</td><td class="n">{round.Members.Length}</td><td>{string.Join(", ", round.Approved)}</td><td>{string.Join(", ", round.Released)}</td>{Digest(round.Cohort)}{Digest(round.Sum)}{Digest(round.State)}</tr>

        """;

    private static Html Digest(string digest) => $"""<td><code title="{digest}">{HtmlReport.Short(digest)}</code></td>""";
}
