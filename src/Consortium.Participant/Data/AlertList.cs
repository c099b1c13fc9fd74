using System.Globalization;
using Consortium.Learning.Evaluation;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Learning.Reasons;
using CsvHelper;

namespace Consortium.Participant.Data;

/// <summary>The alerts among a bank's payments, the most suspicious first, with reasons: for the bank's own analysts.</summary>
public static class AlertList
{
    private const int MostReasons = 3;

    private static readonly string[] Header =
    [
        "Rank", "Probability", "Timestamp", "From Bank", "Account", "To Bank", "Account.1", "Amount Paid", "Payment Currency",
        "Payment Format",
        "Alert ID", "Reasons",
    ];

    private static readonly string[] LateHeader = [.. Header, "Probability At First", "Seen Since"];

    private static readonly CsvWriterOptions Csv = CsvWriterOptions.Default with
    {
        NewLine = "\n",
        Injection = CsvInjection.Escape,
    };

    /// <summary>Scores rows and gives the alerts of each day, ranked over all days.</summary>
    /// <param name="data">The bank's.</param>
    /// <param name="rows">Rows that the model's view shows.</param>
    /// <param name="model">Of either view.</param>
    /// <param name="alertsPerDay">How many.</param>
    /// <param name="first">
    /// With a model of the late view, the one that scores payments when they come: each alert has its probability too, and what
    /// it would have alerted is listed wherever it now ranks.
    /// </param>
    /// <exception cref="ArgumentException">A model is for another feature schema.</exception>
    public static IReadOnlyList<Alert> Rank(
        BankData data, ReadOnlySpan<int> rows, Model model, int alertsPerDay, Model? first = null)
    {
        FeatureView view = FeatureView.Of(model.SchemaDigest.Span)
            ?? throw new ArgumentException("The model reads columns that this release does not compute.", nameof(model));
        if (rows.IsEmpty)
        {
            return [];
        }

        FeatureMatrix features = data.FeaturesOf(view, rows);
        double[] scores = model.LogOdds(features);
        double[]? before = first?.LogOdds(features.Leading(FeatureView.Now.Schema));
        int[] days = [.. rows.ToArray().Select(row => DayOf(data[row]))];
        IEnumerable<int> selected = DailyAlerts.Select(scores, days, alertsPerDay);
        if (before is not null)
        {
            selected = selected.Union(DailyAlerts.Select(before, days, alertsPerDay));
            Sigmoid.Apply(before, before);
        }

        int[] alerted = [.. selected.OrderByDescending(row => scores[row])];
        var writer = new ReasonWriter(Explainer.For(model), view.Schema, data.TypicalOf(view));
        IReadOnlyList<Reason>[] reasons = writer.Write(features, alerted, MostReasons);
        IReadOnlyList<Reason>[]? since =
            view == FeatureView.Late ? writer.Write(features, alerted, MostReasons, FeatureGroup.Late) : null;
        double[] probabilities = model.Probabilities(features);

        var alerts = new List<Alert>(alerted.Length);
        for (int i = 0; i < alerted.Length; i++)
        {
            alerts.Add(Of(data, rows[alerted[i]], i + 1, probabilities[alerted[i]], reasons[i]) with
            {
                ProbabilityAtFirst = before?[alerted[i]],
                Since = since is null ? [] : [.. since[i].Select(reason => reason.Sentence)],
            });
        }

        return alerts;
    }

    /// <summary>Gives the alerts of each day by scores from elsewhere, ranked over all days, without reasons.</summary>
    /// <param name="data">The bank's.</param>
    /// <param name="rows">The rows that were scored.</param>
    /// <param name="logOdds">A score for each.</param>
    /// <param name="alertsPerDay">How many.</param>
    public static IReadOnlyList<Alert> Rank(
        BankData data, ReadOnlySpan<int> rows, ReadOnlySpan<double> logOdds, int alertsPerDay)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNotEqual(logOdds.Length, rows.Length);
        double[] scores = logOdds.ToArray(), probabilities = new double[scores.Length];
        Sigmoid.Apply(scores, probabilities);
        int[] days = [.. rows.ToArray().Select(row => DayOf(data[row]))];
        int[] alerted = [.. DailyAlerts.Select(scores, days, alertsPerDay).OrderByDescending(row => scores[row])];
        var alerts = new List<Alert>(alerted.Length);
        for (int i = 0; i < alerted.Length; i++)
        {
            alerts.Add(Of(data, rows[alerted[i]], i + 1, probabilities[alerted[i]], []));
        }

        return alerts;
    }

    /// <summary>
    /// Writes alerts as CSV with a header. Names of banks and accounts come from other people: what a spreadsheet would take for
    /// a formula (a cell that begins with =, +, -, @, tab or carriage return) gets an apostrophe in front.
    /// </summary>
    /// <param name="isLate">Whether these are alerts 24 hours after their payments, which have two more columns.</param>
    public static string ToCsv(IEnumerable<Alert> alerts, bool isLate = false)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (CsvWriter csv = CsvWriter.Create(text, Csv))
        {
            csv.WriteRecord(isLate ? LateHeader : Header);
            foreach (Alert alert in alerts)
            {
                csv.WriteField(alert.Rank);
                csv.WriteField(alert.Probability, "F6");
                csv.WriteField(alert.Timestamp, "yyyy/MM/dd HH:mm");
                foreach (string name in (ReadOnlySpan<string>)[alert.FromBank, alert.FromAccount, alert.ToBank, alert.ToAccount])
                {
                    WriteText(csv, name);
                }

                csv.WriteField(alert.Amount);
                WriteText(csv, alert.Currency);
                WriteText(csv, alert.Format);
                csv.WriteField(alert.Id);
                WriteText(csv, string.Join("; ", alert.Reasons));
                if (isLate)
                {
                    csv.WriteField(alert.ProbabilityAtFirst?.ToString("F6", CultureInfo.InvariantCulture) ?? "");
                    WriteText(csv, string.Join("; ", alert.Since));
                }

                csv.EndRecord();
            }
        }

        return text.ToString();
    }

    /// <summary>The day of a payment, counted from the calendar's first.</summary>
    public static int DayOf(in Payment payment) => (int)(payment.Timestamp.Ticks / TimeSpan.TicksPerDay);

    private static Alert Of(BankData data, int row, int rank, double probability, IReadOnlyList<Reason> reasons)
    {
        Payment payment = data[row];
        AccountTable accounts = data.Accounts;
        return new Alert(
            rank,
            probability,
            payment.Timestamp,
            accounts.BankOf(payment.From).Value,
            accounts.NumberOf(payment.From),
            accounts.BankOf(payment.To).Value,
            accounts.NumberOf(payment.To),
            payment.AmountPaid,
            Currencies.NameOf(payment.PaymentCurrency),
            PaymentFormats.NameOf(payment.PaymentFormat),
            [.. reasons.Select(reason => reason.Sentence)])
        {
            Id = data.AlertIdOf(row).ToString(),
        };
    }

    /// <summary>Many spreadsheets part cells at semicolons, so a cell with one is quoted.</summary>
    private static void WriteText(CsvWriter csv, string value) =>
        csv.WriteField(value, value.Contains(';', StringComparison.Ordinal) ? CsvQuoting.Always : CsvQuoting.WhenNeeded);
}
