using System.Globalization;
using System.Text;
using Consortium.Learning.Evaluation;
using Consortium.Learning.Evaluation.Reasons;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Transactions;

namespace Consortium.Participant.Data;

/// <summary>The alerts of one batch of new transactions, the most suspicious first, with reasons: for the bank's own analysts.</summary>
internal static class AlertList
{
    private const int MostReasons = 3;

    private const string Header =
        "Rank,Probability,Timestamp,From Bank,Account,To Bank,Account.1,Amount Paid,Payment Currency,Payment Format,Reasons";

    /// <summary>Scores rows and writes the alerts of each day, ranked over all days, as CSV.</summary>
    public static string Write(BankData data, ReadOnlySpan<int> rows, Model model, int alertsPerDay)
    {
        FeatureMatrix features = data.Features.Select(rows);
        double[] scores = model.LogOdds(features);
        int[] days = [.. rows.ToArray().Select(row => (int)(data[row].Timestamp.Ticks / TimeSpan.TicksPerDay))];
        int[] alerts = [.. DailyAlerts.Select(scores, days, alertsPerDay).OrderByDescending(row => scores[row])];
        IReadOnlyList<Reason>[] reasons =
            new ReasonWriter(Explainer.For(model), FeatureExtractor.Schema, TypicalValues.Of(data.Features)).Write(features, alerts, MostReasons);
        double[] probabilities = model.Probabilities(features);

        StringBuilder text = new StringBuilder(Header).Append('\n');
        for (int i = 0; i < alerts.Length; i++)
        {
            Transaction transaction = data[rows[alerts[i]]];
            AccountTable accounts = data.Accounts;
            text.Append(CultureInfo.InvariantCulture, $"{i + 1},{probabilities[alerts[i]]:F6},{transaction.Timestamp:yyyy/MM/dd HH:mm},")
                .Append(CultureInfo.InvariantCulture, $"{accounts.BankOf(transaction.From)},{accounts.NumberOf(transaction.From)},")
                .Append(CultureInfo.InvariantCulture, $"{accounts.BankOf(transaction.To)},{accounts.NumberOf(transaction.To)},")
                .Append(CultureInfo.InvariantCulture, $"{transaction.AmountPaid},{Currencies.NameOf(transaction.PaymentCurrency)},")
                .Append(CultureInfo.InvariantCulture, $"{PaymentFormats.NameOf(transaction.PaymentFormat)},")
                .Append('"').AppendJoin("; ", reasons[i].Select(reason => reason.Sentence.Replace("\"", "\"\"", StringComparison.Ordinal))).Append("\"\n");
        }

        return text.ToString();
    }
}
