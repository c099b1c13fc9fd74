namespace Consortium.Learning.Features;

/// <summary>Group 3: how money came into an account and left it. This payment counts as made.</summary>
internal static class PassThroughFeatures
{
    public static void Describe(SchemaBuilder schema)
    {
        schema.Group = FeatureGroup.PassThrough;
        foreach (string role in (string[])["sender", "receiver"])
        {
            schema.Add($"{role}_pass_1d", FeatureUnit.Ratio, $"{role} paid out {{value}} times what came in within 1 day");
            schema.Add($"{role}_pass_7d", FeatureUnit.Ratio, $"{role} paid out {{value}} times what came in within 7 days");
            schema.Add($"{role}_dormant", FeatureUnit.Hours, $"{role} neither paid nor was paid for {{value}}");
            schema.Add(
                $"{role}_in_nearest_28d", FeatureUnit.Difference,
                $"amount is within {{value}} of one that came in to the {role} within 28 days");
            schema.Add(
                $"{role}_out_nearest_28d", FeatureUnit.Difference,
                $"amount is within {{value}} of one that the {role} paid within 28 days");
            schema.Add(
                $"{role}_in_to_out", FeatureUnit.Hours,
                $"{role} paid out {{value}} after money came in, at its fastest within 28 days");
            schema.Add(
                $"{role}_new_in_to_out", FeatureUnit.Hours,
                $"{role} paid a new counterparty {{value}} after a new one paid, at its fastest within 180 days");
            schema.Add($"{role}_out_share_ever", FeatureUnit.Share, $"{{value}} of the {role}'s payments before went out");
        }

        schema.Add("sender_out_burst", FeatureUnit.Ratio, "sender paid {value} times as often within 1 day as within 28");
        schema.Add("receiver_in_burst", FeatureUnit.Ratio, "receiver was paid {value} times as often within 1 day as within 28");
    }

    public static void Write(ref RowWriter row, PaymentContext payment)
    {
        WriteAccount(
            ref row, payment.Sender, payment.SenderOut, payment.SenderIn, payment.Minute, payment.Paid, paidNow: payment.Paid,
            receivedNow: 0);
        WriteAccount(
            ref row, payment.Receiver, payment.ReceiverOut, payment.ReceiverIn, payment.Minute, payment.Received, paidNow: 0,
            payment.Received);
        WriteBurst(ref row, payment.SenderOut);
        WriteBurst(ref row, payment.ReceiverIn);
    }

    private static void WriteAccount(
        ref RowWriter row,
        in AccountState account,
        StreamScan outgoing,
        StreamScan incoming,
        int minute,
        double amount,
        double paidNow,
        double receivedNow)
    {
        row.PutQuotient(outgoing[Window.Day].Sum + paidNow, incoming[Window.Day].Sum + receivedNow);
        row.PutQuotient(outgoing[Window.Week].Sum + paidNow, incoming[Window.Week].Sum + receivedNow);
        row.Put(Dormant(account, minute));
        row.PutQuotient(incoming.NearestAmount, amount);
        row.PutQuotient(outgoing.NearestAmount, amount);
        row.Put(ShortestGap(account.In.Recent, account.Out.Recent, paidNow > 0 ? minute : null, minute - Horizon.Recent));
        row.Put(ShortestGap(account.In.Firsts, account.Out.Firsts, null, minute - Horizon.Firsts));
        row.PutQuotient(account.Out.Count, account.Out.Count + account.In.Count);
    }

    private static void WriteBurst(ref RowWriter row, StreamScan scan) =>
        row.PutQuotient(scan[Window.Day].Count * 28.0, scan[Window.FourWeeks].Count);

    private static double Dormant(in AccountState account, int minute)
    {
        int last = Math.Max(
            account.Out.Count > 0 ? account.Out.LastMinute : int.MinValue,
            account.In.Count > 0 ? account.In.LastMinute : int.MinValue);
        return last == int.MinValue ? double.NaN : (minute - last) / 60.0;
    }

    /// <summary>
    /// Hours between a payment out and the last one in of an earlier minute, the least over the newest
    /// <see cref="StructureSearch.Reach"/> each way.
    /// </summary>
    /// <param name="ins">Incoming payments.</param>
    /// <param name="outs">Outgoing payments.</param>
    /// <param name="outNow">The minute of a payment out that is being made, if one is.</param>
    /// <param name="since">The earliest minute looked at.</param>
    private static double ShortestGap(in PaymentRing ins, in PaymentRing outs, int? outNow, int since)
    {
        int shortest = int.MaxValue;
        int incoming = 0;
        int available = Math.Min(ins.Count, StructureSearch.Reach);
        for (int age = outNow is null ? 0 : -1; age < Math.Min(outs.Count, StructureSearch.Reach); age++)
        {
            int minute = age < 0 ? outNow!.Value : outs.Newest(age).Minute;
            while (incoming < available && ins.Newest(incoming).Minute >= minute)
            {
                incoming++;
            }

            if (incoming == available || ins.Newest(incoming).Minute < since)
            {
                break;
            }

            shortest = Math.Min(shortest, minute - ins.Newest(incoming).Minute);
        }

        return shortest == int.MaxValue ? double.NaN : shortest / 60.0;
    }
}
