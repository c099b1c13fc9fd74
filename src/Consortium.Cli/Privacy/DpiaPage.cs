using System.Globalization;
using System.Text;
using Consortium.Privacy;
using Consortium.Protocol.Configuration;

namespace Consortium.Cli.Privacy;

/// <summary>The page of a data protection impact assessment, in Markdown.</summary>
internal static class DpiaPage
{
    public static string Render(ConsortiumConfiguration configuration, PrivacyAccount account)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            # Data protection impact assessment: {configuration.Name}

            After reading this page a data protection officer knows who processes what in this consortium, what leaves a bank and with which guarantee, and what risk remains.
            `consortium privacy report` wrote it from configuration `{account.Configuration}` and {(account.Ledger is { } owner ? $"the participation ledger of `{owner}`" : "no ledger")}; do not edit it, write it again.
            Grounds in law are the usual ones, as a proposal: each bank's counsel confirms them for its own country.

            ## Who processes what
            | party | role | processes | in the clear |
            |---|---|---|---|

            """);
        foreach (Member bank in configuration.Participants)
        {
            Row(
                page, bank, "participant; controller of its customers' data", "its own payments, labels and alerts",
                "its own only");
        }

        foreach (Member holder in configuration.KeyHolders)
        {
            Row(
                page, holder, "key holder", "shares of each update's key",
                $"nothing; {configuration.Threshold} together with the aggregator, updates");
        }

        Row(page, configuration.Aggregator, "aggregator", "encrypted updates, who took part", "nothing of any payment");
        Row(page, configuration.Operator, "operator", "plans, who took part, votes' counts", "nothing of any payment");
        page.Append(CultureInfo.InvariantCulture, $"""

            Every participant opens the sums over the whole cohort, of {configuration.MinimumCohort} banks or more, and the model that follows from them. No payment, label or single bank's update leaves a bank readable.

            ## On which ground
            | rule | asks | here |
            |---|---|---|
            | GDPR art. 6 | a ground for processing | art. 6(1)(c), customer due diligence and monitoring under anti-money-laundering law, or 6(1)(e) where national law makes it a task in the public interest; 6(1)(f) needs a balance of interests on record |
            | GDPR art. 9 and 10 | special categories; criminal offences | features are amounts, times, counterparties and paths; payment texts are not read. Payees may still reveal such data, and labels tell of suspicion: national law must allow both |
            | GDPR art. 22 | no decision by a machine alone | the model ranks a bank's own payments for its analysts; it decides nothing |
            | GDPR art. 25 | protection by design | sums under encryption, a least cohort, floors of each bank's policy, {(account.Budget is null ? "no noise" : "noise with a budget")} |
            | GDPR art. 35 | this assessment, before it starts and when risks change | new technology, large scale, monitoring: required. This page is its description of processing and of measures; necessity, proportionality and the views of those concerned are the controllers' to add |
            | AMLR art. 75 | partnerships for information sharing: documented, notified to supervisors, assessed beforehand (from 10 July 2027) | the configuration is the document, signed; each release is in every member's ledger; nothing tells one bank that another's customer is under review |
            | SR 11-7 | validation and independent challenge of models | the vote of each bank on its own validation days, `model evaluate`, `audit verify`, this page |

            ## What is released
            {Guarantee(account)}


            """);
        Releases(page, account);
        page.Append(CultureInfo.InvariantCulture, $"""

            ## What remains
            {Remains(configuration, account)}
            """);
        return page.Append('\n').ToString();
    }

    private static void Row(StringBuilder page, Member member, string role, string processes, string clear) =>
        page.Append(CultureInfo.InvariantCulture, $"| `{member.Id}` | {role} | {processes} | {clear} |\n");

    private static string Guarantee(PrivacyAccount account) => account.Budget is { } budget
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"""
            For every day of payments, all training sums of all sessions together tell no more than epsilon {budget.Epsilon:0.###} with delta {budget.Delta:0.###e-0} allows about any one {budget.Unit}: whether it was among the training data changes the odds
            of any conclusion by a factor of {Factor(budget.Epsilon)} at most, but for a probability of about delta. Each bank adds noise before it encrypts; each bank and key holder counts in its own ledger and rejects what is beyond, and no restart, session or
            later configuration gives back what was used. The vote on a finished model, three counts of banks, carries no noise.
            """)
        : """
            This consortium sets no `privacyBudget`: sums are exact. What a sum tells about one payment is bounded by the number of banks and by the floors of each bank's policy, and by no guarantee in numbers. A budget in `consortium.json`
            has every plan carry noise; `consortium privacy plan` says what that costs.
            """;

    private static void Releases(StringBuilder page, PrivacyAccount account)
    {
        if (account.Releases.Count == 0)
        {
            page.Append(
                account.Ledger is null ? "No ledger was given, so no release is listed.\n" : "Nothing was released yet.\n");
            return;
        }

        page.Append("| session | name | days | banks | unit | epsilon | left over these days |\n|---|---|---|---|---|---|---|\n");
        foreach (PrivacyAccount.Release release in account.Releases)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"| `{release.Session[..12]}` | {Cell(release.Name)} | {release.FirstDay} to {release.LastDay} | "
                    + $"{release.Banks.Count} | {release.Unit ?? "none"} | {Number(release.Epsilon)} | "
                    + $"{Number(release.LeftEpsilon)} |\n");
        }
    }

    private static string Remains(ConsortiumConfiguration configuration, PrivacyAccount account) => string.Join(
        '\n',
        ((string?[])
        [
            account.Budget is null
                ? "- A cohort's sum may tell one payment's label to a member who knows all others that fall in the same bin."
                : "- Epsilon bounds what can be concluded, and does not make it nothing: see the factor above.",
            account.Budget is { Unit: "payment" }
                ? "- The guarantee is for one payment. A customer with many payments is hidden less, by as many times the "
                    + "epsilon."
                : null,
            account.Budget is null
                ? null
                : "- A payment is its row. That it also counts in other payments' features (windows, pairs) is not in the "
                    + "guarantee.",
            account.Budget is null
                ? null
                : "- A bank knows its own noise. The plan says how many banks may add none; if more do, less is guaranteed, and "
                    + "nobody sees it.",
            "- Members who pool what they know are one bank in this respect.",
            $"- {configuration.Threshold} of {configuration.KeyHolders.Length} key holders who collude with the aggregator read "
                + "updates.",
            "- Laundering that a bank missed is learned as legitimate; people who are alerted wrongly are looked at by analysts.",
        ]).Where(line => line is not null));

    private static string Factor(double epsilon) => Math.Exp(epsilon).ToString("0", CultureInfo.InvariantCulture);

    private static string Number(double? value) =>
        value is { } known ? known.ToString("0.##", CultureInfo.InvariantCulture) : "no bound";

    /// <summary>A name from a plan, so that it cannot end a table's cell.</summary>
    private static string Cell(string text) =>
        new([.. text.Select(letter => char.IsControl(letter) || "|<>`[\\".Contains(letter) ? ' ' : letter)]);
}
