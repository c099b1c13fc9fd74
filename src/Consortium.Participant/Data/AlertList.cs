using System.Globalization;
using System.Text;
using Consortium.Learning.Evaluation;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Reasons;
using Consortium.Learning.Payments;

namespace Consortium.Participant.Data;

/// <summary>The alerts among a bank's payments, the most suspicious first, with reasons: for the bank's own analysts.</summary>
public static class AlertList
{
    private const int MostReasons = 3;

    private const string Header =
        "Rank,Probability,Timestamp,From Bank,Account,To Bank,Account.1,Amount Paid,Payment Currency,Payment Format,Reasons";

    /// <summary>Scores rows and gives the alerts of each day, ranked over all days.</summary>
    /// <exception cref="ArgumentException">The model is for another feature schema.</exception>
    public static IReadOnlyList<Alert> Rank(BankData data, ReadOnlySpan<int> rows, Model model, int alertsPerDay)
    {
        if (rows.IsEmpty)
        {
            return [];
        }

        FeatureMatrix features = data.Features.Select(rows);
        double[] scores = model.LogOdds(features);
        int[] days = [.. rows.ToArray().Select(row => DayOf(data[row]))];
        int[] alerted = [.. DailyAlerts.Select(scores, days, alertsPerDay).OrderByDescending(row => scores[row])];
        IReadOnlyList<Reason>[] reasons =
            new ReasonWriter(Explainer.For(model), FeatureExtractor.Schema, TypicalValues.Of(data.Features)).Write(features, alerted, MostReasons);
        double[] probabilities = model.Probabilities(features);

        var alerts = new List<Alert>(alerted.Length);
        for (int i = 0; i < alerted.Length; i++)
        {
            Payment payment = data[rows[alerted[i]]];
            AccountTable accounts = data.Accounts;
            alerts.Add(new Alert(
                i + 1,
                probabilities[alerted[i]],
                payment.Timestamp,
                accounts.BankOf(payment.From).Value,
                accounts.NumberOf(payment.From),
                accounts.BankOf(payment.To).Value,
                accounts.NumberOf(payment.To),
                payment.AmountPaid,
                Currencies.NameOf(payment.PaymentCurrency),
                PaymentFormats.NameOf(payment.PaymentFormat),
                [.. reasons[i].Select(reason => reason.Sentence)]));
        }

        return alerts;
    }

    /// <summary>
    /// Writes alerts as CSV with a header. Names of banks and accounts come from other people: what a spreadsheet would take for a formula
    /// (a cell that begins with =, +, -, @, tab or carriage return) gets an apostrophe in front.
    /// </summary>
    public static string ToCsv(IEnumerable<Alert> alerts)
    {
        StringBuilder text = new StringBuilder(Header).Append('\n');
        foreach (Alert alert in alerts)
        {
            text.Append(CultureInfo.InvariantCulture, $"{alert.Rank},{alert.Probability:F6},{alert.Timestamp:yyyy/MM/dd HH:mm},")
                .Append(CultureInfo.InvariantCulture, $"{Cell(alert.FromBank)},{Cell(alert.FromAccount)},{Cell(alert.ToBank)},{Cell(alert.ToAccount)},")
                .Append(CultureInfo.InvariantCulture, $"{alert.Amount},{Cell(alert.Currency)},{Cell(alert.Format)},{Cell(string.Join("; ", alert.Reasons))}\n");
        }

        return text.ToString();
    }

    /// <summary>The day of a payment, counted from the calendar's first.</summary>
    public static int DayOf(in Payment payment) => (int)(payment.Timestamp.Ticks / TimeSpan.TicksPerDay);

    private static string Cell(string value)
    {
        string harmless = value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + value : value;
        return harmless.AsSpan().IndexOfAny(",\"\r\n;") >= 0 ? $"\"{harmless.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : harmless;
    }
}
