namespace Consortium.Learning.Features;

/// <summary>
/// Group 6: what the bank saw in the 24 hours after a payment, by itself and together with what came before it. No label of any
/// payment enters.
/// </summary>
internal static class LateFeatures
{
    private const string After = "after this within 24 hours";
    private const string TwoDays = "within 24 hours before and after this";
    private const string EightDays = "within 7 days before and 24 hours after this";

    public static void Describe(SchemaBuilder schema)
    {
        schema.Group = FeatureGroup.Late;
        DescribeStream(schema, StreamDirection.SenderOut);
        DescribeStream(schema, StreamDirection.SenderIn);
        DescribeStream(schema, StreamDirection.ReceiverOut);
        DescribeStream(schema, StreamDirection.ReceiverIn);
        foreach (string role in (string[])["sender", "receiver"])
        {
            schema.Add($"late_{role}_pass_2d", FeatureUnit.Ratio, $"{role} paid out {{value}} times what came in {TwoDays}");
            schema.Add(
                $"late_{role}_gather_scatter_2d", FeatureUnit.Count,
                $"{role} was paid by {{value}} counterparties and paid as many {TwoDays}");
            schema.Add(
                $"late_{role}_gather_scatter_8d", FeatureUnit.Count,
                $"{role} was paid by {{value}} new counterparties and paid as many new ones {EightDays}");
        }

        schema.Add("late_sender_in_ratio", FeatureUnit.Ratio, $"sender was paid {{value}} times the amount {After}");
        schema.Add("late_receiver_out_ratio", FeatureUnit.Ratio, $"receiver paid out {{value}} times the amount {After}");
        schema.Add(
            "late_receiver_on", FeatureUnit.Count, $"receiver paid {{value}} new counterparties about the amount {After}");
        schema.Add(
            "late_receiver_on_next", FeatureUnit.Hours,
            "receiver paid about the amount to a new counterparty {value} after this");
        schema.Add("late_pair_count", FeatureUnit.Count, $"sender paid this receiver {{value}} times {After}");
        schema.Add("late_reverse_count", FeatureUnit.Count, $"receiver paid this sender {{value}} times {After}");
        schema.Add("late_reverse_sum", FeatureUnit.Amount, $"receiver paid this sender {{value}} {After}");
        schema.Add(
            "late_cycle", FeatureUnit.Count,
            $"money came back to the sender by {{value}} payments, this among them, {After} (0: none)");
        schema.Add(
            "late_scatter_gather_2d", FeatureUnit.Count,
            $"{{value}} others paid the receiver after one source paid them and the sender, {TwoDays}");
        schema.Add(
            "late_scatter_gather_new", FeatureUnit.Count,
            "{value} others newly paid the receiver after one source newly paid them and the sender, "
                + "within 90 days before and 24 hours after this");
        schema.Add(
            "late_spread_gather_2d", FeatureUnit.Count,
            $"{{value}} others that the sender paid share a payee with the receiver, {TwoDays}");
        schema.Add(
            "late_spread_gather_new", FeatureUnit.Count,
            "{value} others that the sender newly paid share a new payee with the receiver, "
                + "within 90 days before and 24 hours after this");
        schema.Add(
            "late_bipartite_2d", FeatureUnit.Count,
            $"{{value}} others that paid the receiver share another payee with the sender, {TwoDays}");
        schema.Add(
            "late_bipartite_new", FeatureUnit.Count,
            "{value} others that newly paid the receiver share another new payee with the sender, "
                + "within 90 days before and 24 hours after this");
    }

    /// <summary>Writes the late columns of the context's payment, when the graph holds all up to 24 hours after it.</summary>
    public static void Write(ref RowWriter row, LateContext context)
    {
        (LateScan senderOut, LateScan senderIn) = (context.SenderOut, context.SenderIn);
        (LateScan receiverOut, LateScan receiverIn) = (context.ReceiverOut, context.ReceiverIn);
        LatePayment payment = context.Payment;
        WriteStream(ref row, senderOut, payment.Paid);
        WriteStream(ref row, senderIn, payment.Paid);
        WriteStream(ref row, receiverOut, payment.Received);
        WriteStream(ref row, receiverIn, payment.Received);
        WritePassThrough(ref row, senderOut, senderIn);
        WritePassThrough(ref row, receiverOut, receiverIn);
        row.PutQuotient(senderIn.After.Sum, payment.Paid);
        row.PutQuotient(receiverOut.After.Sum, payment.Received);
        row.Put(receiverOut.On);
        row.Put(receiverOut.NextOn);
        row.Put(senderOut.PairCount);
        row.Put(senderIn.PairCount);
        row.PutAmount(senderIn.PairSum);
        WriteStructure(ref row, context, payment);
    }

    private static void DescribeStream(SchemaBuilder schema, StreamDirection stream)
    {
        (string prefix, string role, string verb, string by, _) = stream;
        string met = $"{role} {verb} {by}";
        schema.Add($"late_{prefix}_count", FeatureUnit.Count, $"{role} {verb} {{value}} times {After}");
        schema.Add($"late_{prefix}_sum", FeatureUnit.Amount, $"{role} {verb} {{value}} in all {After}");
        schema.Add($"late_{prefix}_peers", FeatureUnit.Count, $"{met}{{value}} counterparties {After}");
        schema.Add($"late_{prefix}_new", FeatureUnit.Count, $"{met}{{value}} new counterparties {After}");
        schema.Add($"late_{prefix}_next", FeatureUnit.Hours, $"{role} next {verb} {{value}} after this");
        schema.Add(
            $"late_{prefix}_next_new", FeatureUnit.Hours, $"{role} next {verb} {by}a new counterparty {{value}} after this");
        schema.Add(
            $"late_{prefix}_nearest", FeatureUnit.Difference, $"{role} {verb} an amount within {{value}} of this one {After}");
        foreach ((string name, string span) in ((string, string)[])[("2d", TwoDays), ("8d", EightDays)])
        {
            schema.Add($"late_{prefix}_count_{name}", FeatureUnit.Count, $"{role} {verb} {{value}} times {span}");
            schema.Add($"late_{prefix}_sum_{name}", FeatureUnit.Amount, $"{role} {verb} {{value}} in all {span}");
            schema.Add($"late_{prefix}_peers_{name}", FeatureUnit.Count, $"{met}{{value}} counterparties {span}");
            schema.Add($"late_{prefix}_new_{name}", FeatureUnit.Count, $"{met}{{value}} new counterparties {span}");
        }
    }

    private static void WriteStream(ref RowWriter row, LateScan scan, double amount)
    {
        WriteTotals(ref row, scan.After);
        row.Put(scan.Next);
        row.Put(scan.NextFirst);
        row.PutQuotient(scan.Nearest, amount);
        WriteTotals(ref row, scan.TwoDays);
        WriteTotals(ref row, scan.EightDays);
    }

    private static void WriteTotals(ref RowWriter row, in LateTotals totals)
    {
        row.Put(totals.Count);
        row.PutAmount(totals.Sum);
        row.Put(totals.Peers);
        row.Put(totals.Firsts);
    }

    private static void WritePassThrough(ref RowWriter row, LateScan outgoing, LateScan incoming)
    {
        row.PutQuotient(outgoing.TwoDays.Sum, incoming.TwoDays.Sum);
        row.Put(Math.Min(incoming.TwoDays.Peers, outgoing.TwoDays.Peers));
        row.Put(Math.Min(incoming.EightDays.Firsts, outgoing.EightDays.Firsts));
    }

    private static void WriteStructure(ref RowWriter row, LateContext context, in LatePayment payment)
    {
        const int Quarter = 90 * Horizon.MinutesPerDay;
        (StructureSearch search, int from, int to) = (context.Search, payment.From, payment.To);
        int day = payment.Minute - Horizon.MinutesPerDay, quarter = payment.Minute - Quarter;
        row.Put(context.SenderIn.After.Count > 0 && context.ReceiverOut.After.Count > 0
            ? search.ShortestCycle(from, to, payment.Due + 1, payment.Minute + 1, StreamPart.Recent) : 0);
        row.Put(search.ScatterGather(from, to, day, StreamPart.Recent));
        row.Put(payment.IsNew ? search.ScatterGather(from, to, quarter, StreamPart.Firsts) : 0);
        row.Put(search.SpreadGather(from, to, day, StreamPart.Recent));
        row.Put(payment.IsNew ? search.SpreadGather(from, to, quarter, StreamPart.Firsts) : 0);
        row.Put(search.Bipartite(from, to, day, StreamPart.Recent));
        row.Put(payment.IsNew ? search.Bipartite(from, to, quarter, StreamPart.Firsts) : 0);
    }
}
