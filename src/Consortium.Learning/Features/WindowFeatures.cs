namespace Consortium.Learning.Features;

/// <summary>Group 2, sliding windows: a stream's totals over the last hour to 28 days.</summary>
/// <remarks>
/// The stream that the payment itself joins gets every statistic. The other direction of either account gets four: each column
/// costs a histogram in every round of training, and the rest told nothing more.
/// </remarks>
internal static class WindowFeatures
{
    private const int MainColumns = 9;
    private const int OtherColumns = 4;

    private static readonly string[] Names = ["1h", "6h", "1d", "7d", "28d"];
    private static readonly string[] Spans = ["1 hour", "6 hours", "1 day", "7 days", "28 days"];

    public static void Describe(SchemaBuilder schema, StreamDirection stream)
    {
        (string prefix, string role, string verb, string by, bool isMain) = stream;
        for (int i = 0; i < Window.Count; i++)
        {
            (string name, string span) = (Names[i], Spans[i]);
            schema.Add($"{prefix}_count_{name}", FeatureUnit.Count, $"{role} {verb} {{value}} times within {span}");
            schema.Add($"{prefix}_sum_{name}", FeatureUnit.Amount, $"{role} {verb} {{value}} in all within {span}");
            schema.Add($"{prefix}_peers_{name}", FeatureUnit.Count, $"{role} {verb} {by}{{value}} counterparties within {span}");
            schema.Add(
                $"{prefix}_new_{name}", FeatureUnit.Count, $"{role} {verb} {by}{{value}} new counterparties within {span}");
            if (isMain)
            {
                schema.Add($"{prefix}_mean_{name}", FeatureUnit.Amount, $"{role} {verb} {{value}} on average within {span}");
                schema.Add($"{prefix}_max_{name}", FeatureUnit.Amount, $"{role} {verb} {{value}} at most at once within {span}");
                schema.Add(
                    $"{prefix}_sd_{name}", FeatureUnit.Amount, $"{role} {verb} amounts that spread by {{value}} within {span}");
                schema.Add(
                    $"{prefix}_banks_{name}", FeatureUnit.Count,
                    $"{role} {verb} {by}counterparties of {{value}} banks within {span}");
                schema.Add(
                    $"{prefix}_new_share_{name}", FeatureUnit.Share,
                    $"{role} {verb} {by}new counterparties in {{value}} of payments within {span}");
            }
        }
    }

    public static void Write(ref RowWriter row, StreamScan scan, bool isMain)
    {
        for (int i = 0; i < Window.Count; i++)
        {
            ref readonly WindowTotals window = ref scan[i];
            if (i > 0 && window.Count == scan[i - 1].Count)
            {
                row.Repeat(isMain ? MainColumns : OtherColumns);
                continue;
            }

            row.Put(window.Count);
            row.PutAmount(window.Sum);
            row.Put(window.Peers);
            row.Put(window.Firsts);
            if (isMain)
            {
                row.PutAmount(window.Count > 0 ? window.Mean : double.NaN);
                row.PutAmount(window.Count > 0 ? window.Maximum : double.NaN);
                row.PutAmount(window.StandardDeviation);
                row.Put(window.Banks);
                row.PutQuotient(window.Firsts, window.Count);
            }
        }
    }

    public static void DescribeShares(SchemaBuilder schema, string role)
    {
        for (int i = 0; i < Window.Count; i++)
        {
            schema.Add(
                $"{role}_in_share_{Names[i]}", FeatureUnit.Share,
                $"{{value}} of what the {role} moved within {Spans[i]} came in");
        }
    }

    public static void WriteShares(ref RowWriter row, StreamScan outgoing, StreamScan incoming)
    {
        for (int i = 0; i < Window.Count; i++)
        {
            row.PutQuotient(incoming[i].Sum, incoming[i].Sum + outgoing[i].Sum);
        }
    }
}
