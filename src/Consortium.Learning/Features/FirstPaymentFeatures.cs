namespace Consortium.Learning.Features;

/// <summary>
/// Group 2, new counterparties: when, how steadily and for how much a stream met its latest ones, at most
/// <see cref="Horizon.FirstLimit"/> of the last 180 days. Fan-out and fan-in over weeks show here.
/// </summary>
internal static class FirstPaymentFeatures
{
    private const int ColumnsAfterCounts = 6;

    public static void Describe(SchemaBuilder schema, StreamDirection stream)
    {
        (string prefix, string role, string verb, string by, _) = stream;
        string met = $"{role} {verb} {by}";
        schema.Add(
            $"{prefix}_new_180d", FeatureUnit.Count,
            $"{met}{{value}} new counterparties within 180 days (16 at most are counted)");
        schema.Add(
            $"{prefix}_new_same_bank_28d", FeatureUnit.Count,
            $"{met}{{value}} new counterparties of this counterparty's bank within 28 days");
        schema.Add(
            $"{prefix}_new_same_bank_180d", FeatureUnit.Count,
            $"{met}{{value}} new counterparties of this counterparty's bank within 180 days");
        schema.Add($"{prefix}_new_gap", FeatureUnit.Hours, $"{role} last {verb} {by}a new counterparty {{value}} ago");
        schema.Add($"{prefix}_new_gap_days", FeatureUnit.Days, $"{role} last {verb} {by}a new counterparty {{value}} ago");
        schema.Add(
            $"{prefix}_new_gap_days_change", FeatureUnit.DaysChange,
            $"days since the {role} last {verb} {by}a new counterparty, less the gap before: {{value}}");
        schema.Add(
            $"{prefix}_new_gap_days_spread", FeatureUnit.Days,
            $"gaps between the days on which the {role} {verb} {by}a new counterparty spread by {{value}}");
        schema.Add(
            $"{prefix}_new_amount_ratio", FeatureUnit.Ratio,
            $"amount is {{value}} times what new counterparties of the {role} had on average");
        schema.Add(
            $"{prefix}_new_amount_nearest", FeatureUnit.Difference,
            $"amount is within {{value}} of one that a new counterparty of the {role} had");
    }

    public static void Write(ref RowWriter row, PaymentContext payment, in PaymentRing firsts, double amount, int peerBank)
    {
        int count = 0, sameBank28 = 0, sameBank180 = 0;
        double sum = 0, nearest = double.PositiveInfinity, gaps = 0, squaredGaps = 0;
        int later = payment.Day;
        for (; count < firsts.Count; count++)
        {
            ref readonly RememberedPayment first = ref firsts.Newest(count);
            int elapsed = payment.Minute - first.Minute;
            if (elapsed > Horizon.Firsts)
            {
                break;
            }

            if (first.PeerBank == peerBank)
            {
                sameBank180++;
                sameBank28 += elapsed <= Horizon.Recent ? 1 : 0;
            }

            sum += first.Amount;
            nearest = Math.Min(nearest, Math.Abs(first.Amount - amount));
            int day = Horizon.Day(first.Minute);
            gaps += later - day;
            squaredGaps += (later - day) * (double)(later - day);
            later = day;
        }

        row.Put(count);
        row.Put(sameBank28);
        row.Put(sameBank180);
        if (count == 0)
        {
            row.PutMissing(ColumnsAfterCounts);
            return;
        }

        ref readonly RememberedPayment last = ref firsts.Newest(0);
        int gap = payment.Day - Horizon.Day(last.Minute);
        row.Put((payment.Minute - last.Minute) / 60.0);
        row.Put(gap);
        row.Put(count > 1 ? gap - (Horizon.Day(last.Minute) - Horizon.Day(firsts.Newest(1).Minute)) : double.NaN);
        row.Put(count > 1 ? Math.Sqrt(Math.Max(0, (squaredGaps - gaps * gaps / count) / (count - 1))) : double.NaN);
        row.PutQuotient(amount * count, sum);
        row.PutQuotient(nearest, amount);
    }
}
