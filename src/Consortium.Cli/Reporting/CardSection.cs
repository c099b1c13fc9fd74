namespace Consortium.Cli.Reporting;

/// <summary>The model card: what a supervisor asks first.</summary>
internal static class CardSection
{
    public static Html Render(TrainingReport report)
    {
        ModelCard card = report.Card;
        return $"""
            <section>
            <h2>Model card</h2>
            <dl class="card">
            <dt>Purpose</dt><dd>Ranks a bank's own payments for its analysts. It decides nothing about anyone, and an alert is no finding.</dd>
            <dt>Model</dt><dd>{card.Family}; {card.Features} features, schema version {card.SchemaVersion}. <small>{card.Settings}</small></dd>
            <dt>Data</dt><dd>{card.Source}{(card.IsSimulated ? ", made up by this program" : "")}. Learned from {card.FirstTrainingDay:yyyy-MM-dd} to {card.FirstTestDay.AddDays(-1):yyyy-MM-dd} (of each bank's payments, the last fifth for validation), judged on {card.FirstTestDay:yyyy-MM-dd} to {card.LastDay:yyyy-MM-dd}.</dd>
            <dt>Banks</dt><dd>{string.Join(", ", report.Banks.Select(bank => bank.Bank))}</dd>
            <dt>Metrics</dt><dd>Average precision, and precision and recall at a daily alert budget, of each bank by itself, on days that no training saw. Not accuracy, not the area under the ROC curve: with laundering this rare both look well for a model of no use.</dd>
            <dt>Result</dt><dd>{Result(report)}</dd>
            {Vote(report)}
            <dt>Blind spots</dt><dd><ul>{card.BlindSpots.Select(Item)}</ul></dd>
            <dt>Privacy</dt><dd>
            <p>No payment, no label and no single bank's update left its bank readable. Each update was encrypted under a fresh key; {card.Strength}</p>
            <p><strong>What released sums tell.</strong> Every member learns each round's sum over all {report.Banks.Length} banks: that is the training, and no more. {Released(card)} The first tree's sums give the cohort's counts of payments by feature value. Of two banks, each would read the other's part by subtracting its own, which is why sums are of {card.MinimumCohort} or more and the cohort is fixed;
            members who pool what they know are one bank in this respect.</p></dd>
            <dt>Assurance</dt><dd>Unaudited. Security arguments, tests and what is out of scope stand in SECURITY.md of the source.</dd>
            <dt>Digests</dt><dd class="digests">model <code>{report.ModelDigest}</code>{Pooled(report)}<br>session <code>{card.Session}</code><br>training plan <code>{card.Plan}</code><br>configuration <code>{card.Configuration}</code></dd>
            </dl>
            </section>
            """;
    }

    private static string Released(ModelCard card) => card.Guarantee is { } guarantee
        ? $"Each bank added noise to its part. {guarantee} The vote's counts carry no noise."
        : "A release is exact, so there is no differential privacy: what a whole cohort's sum says about one customer is bounded "
            + "by nothing but the cohort's size.";

    private static Html Vote(TrainingReport report) => report.Vote is { } vote
        ? $"<dt>Acceptance</dt><dd>Adopted by {vote.ToString()}. A bank accepts a model that ranks its own validation days "
            + $"nearly as well as a model of its own rows alone, or better. That keeps out a model that one bank has ruined, "
            + $"and not one that it has bent a little.</dd>"
        : Html.Nothing;

    private static Html Pooled(TrainingReport report) =>
        report.PooledDigest is { } digest ? $"<br>pooled <code>{digest}</code>" : Html.Nothing;

    private static Html Item(string text) => $"<li>{text}</li>";

    private static string Result(TrainingReport report) => report.IdenticalToPooled switch
    {
        true =>
            "The model is, bit for bit, the one that training on all banks' rows in one place gives: both were trained, and "
                + "their digests are equal.",
        false =>
            "The model is NOT the one that training on all banks' rows in one place gives: their digests differ. Do not use "
                + "it before that is understood.",
        null => "Pooled training was not run beside it: in a deployed consortium nobody has all rows.",
    };
}
