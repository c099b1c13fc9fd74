namespace Consortium.Learning.Features;

/// <summary>Group 5: paths in the bank's own graph. "New" ones run over first payments alone, this one among them.</summary>
internal static class StructureFeatures
{
    private const int SixHours = 6 * 60;
    private const int Week = 7 * Horizon.MinutesPerDay;
    private const int FourWeeks = Horizon.Recent;
    private const int Quarter = 90 * Horizon.MinutesPerDay;

    public static void Describe(SchemaBuilder schema)
    {
        schema.Group = FeatureGroup.Structure;
        schema.Add(
            "scatter_gather_6h", FeatureUnit.Count,
            "{value} others paid the receiver after one source paid them and the sender, within 6 hours");
        schema.Add(
            "scatter_gather_7d", FeatureUnit.Count,
            "{value} others paid the receiver after one source paid them and the sender, within 7 days");
        schema.Add(
            "scatter_gather_new", FeatureUnit.Count,
            "{value} others newly paid the receiver after one source newly paid them and the sender, within 90 days");
        schema.Add(
            "bipartite_7d", FeatureUnit.Count,
            "{value} others that paid the receiver share another payee with the sender, within 7 days");
        schema.Add(
            "bipartite_new", FeatureUnit.Count,
            "{value} others that newly paid the receiver share another new payee with the sender, within 90 days");
        schema.Add(
            "gather_scatter_1d", FeatureUnit.Count, "sender was paid by {value} counterparties and paid as many within 1 day");
        schema.Add(
            "gather_scatter_7d", FeatureUnit.Count, "sender was paid by {value} counterparties and paid as many within 7 days");
        schema.Add(
            "gather_scatter_new", FeatureUnit.Count,
            "sender was paid by {value} new counterparties and paid as many new ones within 28 days");
        schema.Add(
            "receiver_gather_scatter_new", FeatureUnit.Count,
            "receiver was paid by {value} new counterparties and paid as many new ones within 28 days");
        schema.Add("cycle_7d", FeatureUnit.Count, "closes a cycle of {value} payments within 7 days (0: none)");
        schema.Add("cycle_28d", FeatureUnit.Count, "closes a cycle of {value} payments within 28 days (0: none)");
        schema.Add("cycle_new", FeatureUnit.Count, "closes a cycle of {value} first payments within 90 days (0: none)");
        schema.Add(
            "shared_peers_28d", FeatureUnit.Count, "sender and receiver have {value} counterparties in common within 28 days");
    }

    public static void Write(ref RowWriter row, PaymentContext payment)
    {
        StructureSearch search = payment.Search;
        (int from, int to, int now) = (payment.From, payment.To, payment.Minute);
        bool isNew = payment.ForwardPair < 0;
        row.Put(Both(payment.SenderIn, payment.ReceiverIn, Window.SixHours)
            ? search.ScatterGather(from, to, now - SixHours, StreamPart.Recent) : 0);
        row.Put(Both(payment.SenderIn, payment.ReceiverIn, Window.Week)
            ? search.ScatterGather(from, to, now - Week, StreamPart.Recent) : 0);
        row.Put(isNew ? search.ScatterGather(from, to, now - Quarter, StreamPart.Firsts) : 0);
        row.Put(Both(payment.SenderOut, payment.ReceiverIn, Window.Week)
            ? search.Bipartite(from, to, now - Week, StreamPart.Recent) : 0);
        row.Put(isNew ? search.Bipartite(from, to, now - Quarter, StreamPart.Firsts) : 0);
        row.Put(Math.Min(payment.SenderIn[Window.Day].Peers, payment.SenderOut[Window.Day].Peers));
        row.Put(Math.Min(payment.SenderIn[Window.Week].Peers, payment.SenderOut[Window.Week].Peers));
        row.Put(Math.Min(payment.SenderIn[Window.FourWeeks].Firsts, payment.SenderOut[Window.FourWeeks].Firsts));
        row.Put(Math.Min(payment.ReceiverIn[Window.FourWeeks].Firsts, payment.ReceiverOut[Window.FourWeeks].Firsts));
        row.Put(Both(payment.SenderIn, payment.ReceiverOut, Window.Week)
            ? search.ShortestCycle(from, to, now, now - Week, StreamPart.Recent) : 0);
        row.Put(Both(payment.SenderIn, payment.ReceiverOut, Window.FourWeeks)
            ? search.ShortestCycle(from, to, now, now - FourWeeks, StreamPart.Recent) : 0);
        row.Put(isNew ? search.ShortestCycle(from, to, now, now - Quarter, StreamPart.Firsts) : 0);
        row.Put(search.SharedPeers(from, to, now - FourWeeks));
    }

    /// <summary>Without payments on both sides a search would come back empty.</summary>
    private static bool Both(StreamScan one, StreamScan other, int window) => one[window].Count > 0 && other[window].Count > 0;
}
