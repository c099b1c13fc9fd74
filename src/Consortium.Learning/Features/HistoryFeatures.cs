namespace Consortium.Learning.Features;

/// <summary>Group 2, history: a payment against all that the stream saw before, and the rhythm of its payment days.</summary>
internal static class HistoryFeatures
{
    private const int Columns = 9;

    /// <summary>Amounts that hardly vary would make any other amount infinitely strange.</summary>
    internal const double LeastDeviation = 0.05;

    public static void Describe(SchemaBuilder schema, StreamDirection stream)
    {
        (string prefix, string role, string verb, string by, _) = stream;
        schema.Add($"{prefix}_count_ever", FeatureUnit.Count, $"{role} {verb} {{value}} times before");
        schema.Add($"{prefix}_peers_ever", FeatureUnit.Count, $"{role} {verb} {by}{{value}} counterparties before");
        schema.Add(
            $"{prefix}_amount_deviations", FeatureUnit.Deviations,
            $"amount is {{value}} standard deviations from what the {role} {verb} before");
        schema.Add(
            $"{prefix}_amount_spread", FeatureUnit.Doublings,
            $"amounts that the {role} {verb} before spread by {{value}} doublings");
        schema.Add($"{prefix}_age", FeatureUnit.Hours, $"{role} first {verb} {{value}} ago");
        schema.Add($"{prefix}_gap", FeatureUnit.Hours, $"{role} last {verb} {{value}} ago");
        schema.Add(
            $"{prefix}_gap_days_change", FeatureUnit.DaysChange,
            $"days since the {role} last {verb}, less the gap before: {{value}}");
        schema.Add($"{prefix}_active_days", FeatureUnit.Share, $"{role} {verb} on {{value}} of days since the first");
        schema.Add(
            $"{prefix}_rhythm", FeatureUnit.Share,
            $"{role} {verb} on {{value}} of the days that a steady rhythm up to today has");
        schema.Add($"{prefix}_rhythm_days", FeatureUnit.Days, $"{role} {verb} every {{value}} up to today");
    }

    public static void Write(ref RowWriter row, PaymentContext payment, in PaymentStream stream, double logAmount)
    {
        row.Put(stream.Count);
        if (stream.Count == 0)
        {
            row.PutMissing(Columns);
            return;
        }

        int age = payment.Day - Horizon.Day(stream.FirstMinute);
        int gap = payment.Day - stream.Calendar.LastDay;
        (double share, int period) = stream.Calendar.Rhythm(payment.Day, age);
        row.Put(stream.Peers);
        row.Put(stream.LogAmounts.Deviations(logAmount, LeastDeviation));
        row.Put(stream.LogAmounts.StandardDeviation);
        row.Put((payment.Minute - stream.FirstMinute) / 60.0);
        row.Put((payment.Minute - stream.LastMinute) / 60.0);
        row.Put(stream.Calendar.LastGap > 0 ? gap - stream.Calendar.LastGap : double.NaN);
        row.Put(stream.Calendar.ActiveDays / (1.0 + age));
        row.Put(share);
        row.Put(period > 0 ? period : double.NaN);
    }
}
