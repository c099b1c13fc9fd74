namespace Consortium.Learning.Features;

/// <summary>Group 4: past payments between the two accounts, this way ("pair") and back ("reverse").</summary>
internal static class PairFeatures
{
    private const int ColumnsAfterTotals = 6;

    public static void Describe(SchemaBuilder schema)
    {
        schema.Group = FeatureGroup.Pair;
        DescribeDirection(schema, "pair", "sender", "receiver");
        DescribeDirection(schema, "reverse", "receiver", "sender");
        schema.Add("pair_reciprocity", FeatureUnit.Share, "{value} of payments between the two went the other way");
        schema.Add("pair_share_of_sender", FeatureUnit.Share, "{value} of the sender's payments before went to this receiver");
        schema.Add(
            "pair_share_of_receiver", FeatureUnit.Share, "{value} of payments to the receiver before came from this sender");
    }

    public static void Write(ref RowWriter row, PaymentContext payment)
    {
        WriteDirection(ref row, payment, payment.SenderOut, payment.ForwardPair);
        WriteDirection(ref row, payment, payment.SenderIn, payment.ReversePair);
        int forward = CountOf(payment, payment.ForwardPair);
        int reverse = CountOf(payment, payment.ReversePair);
        row.PutQuotient(reverse, forward + reverse);
        row.PutQuotient(forward, payment.Sender.Out.Count);
        row.PutQuotient(forward, payment.Receiver.In.Count);
    }

    private static void DescribeDirection(SchemaBuilder schema, string prefix, string from, string to)
    {
        string paid = $"{from} paid this {to}";
        schema.Add($"{prefix}_count_7d", FeatureUnit.Count, $"{paid} {{value}} times within 7 days");
        schema.Add($"{prefix}_sum_7d", FeatureUnit.Amount, $"{paid} {{value}} within 7 days");
        schema.Add($"{prefix}_count_28d", FeatureUnit.Count, $"{paid} {{value}} times within 28 days");
        schema.Add($"{prefix}_sum_28d", FeatureUnit.Amount, $"{paid} {{value}} within 28 days");
        schema.Add($"{prefix}_count_360d", FeatureUnit.Count, $"{paid} {{value}} times within 360 days");
        schema.Add($"{prefix}_sum_360d", FeatureUnit.Amount, $"{paid} {{value}} within 360 days");
        schema.Add($"{prefix}_count_ever", FeatureUnit.Count, $"{paid} {{value}} times before");
        schema.Add($"{prefix}_sum_ever", FeatureUnit.Amount, $"{paid} {{value}} before");
        schema.Add($"{prefix}_first_seen", FeatureUnit.Hours, $"{paid} first {{value}} ago");
        schema.Add($"{prefix}_gap", FeatureUnit.Hours, $"{paid} last {{value}} ago");
        schema.Add($"{prefix}_gap_days", FeatureUnit.Days, $"{paid} last {{value}} ago");
        schema.Add($"{prefix}_gap_days_change", FeatureUnit.DaysChange, $"days since the {paid}, less the gap before: {{value}}");
        schema.Add($"{prefix}_amount_ratio", FeatureUnit.Ratio, $"amount is {{value}} times what the {paid} last");
        schema.Add(
            $"{prefix}_amount_deviations", FeatureUnit.Deviations,
            $"amount is {{value}} standard deviations from what the {paid} before");
    }

    private static void WriteDirection(ref RowWriter row, PaymentContext payment, StreamScan scan, int slot)
    {
        row.Put(scan[Window.Week].PairCount);
        row.PutAmount(scan[Window.Week].PairSum);
        row.Put(scan[Window.FourWeeks].PairCount);
        row.PutAmount(scan[Window.FourWeeks].PairSum);
        if (slot < 0)
        {
            row.Put(0);
            row.Put(0);
            row.Put(0);
            row.Put(0);
            row.PutMissing(ColumnsAfterTotals);
            return;
        }

        ref readonly PairState pair = ref payment.Graph.Pair(slot);
        (int yearCount, double yearSum) = pair.Blocks.Total(payment.Minute, pair.LastMinute);
        int gap = payment.Day - Horizon.Day(pair.LastMinute);
        row.Put(yearCount);
        row.PutAmount(yearSum);
        row.Put(pair.Count);
        row.PutAmount(pair.Sum);
        row.Put((payment.Minute - pair.FirstMinute) / 60.0);
        row.Put((payment.Minute - pair.LastMinute) / 60.0);
        row.Put(gap);
        row.Put(pair.Count > 1 ? gap - (Horizon.Day(pair.LastMinute) - Horizon.Day(pair.PreviousMinute)) : double.NaN);
        row.PutQuotient(payment.Paid, pair.LastAmount);
        row.Put(pair.LogAmounts.Deviations(payment.LogPaid, HistoryFeatures.LeastDeviation));
    }

    private static int CountOf(PaymentContext payment, int slot) => slot < 0 ? 0 : payment.Graph.Pair(slot).Count;
}
