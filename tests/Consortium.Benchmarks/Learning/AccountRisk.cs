using System.Runtime.InteropServices;
using Consortium.Learning.Features;
using Consortium.Learning.Payments;

namespace Consortium.Benchmarks.Learning;

/// <summary>
/// What one bank knows of accounts from an earlier model's scores: an account's bucket is that of the highest score among its
/// payments of 30 days that the bank scored. A trial of columns that no daemon computes yet.
/// </summary>
internal sealed class AccountRisk(int accounts)
{
    /// <summary>An account's payments that are remembered.</summary>
    private const int Most = 256;

    private const int Buckets = 3;
    private const int Month = 30 * 1440;
    private const int TwoDays = 2 * 1440;

    private readonly List<Entry>[] _entries = new List<Entry>[accounts];
    private readonly int[][] _lastOf = [.. Enumerable.Range(0, Buckets).Select(_ => Unset(accounts))];
    private readonly int[] _seen = new int[accounts];
    private int _scan;

    /// <summary>The columns of <see cref="Write"/>.</summary>
    public static FeatureSchema Schema { get; } = new(1, [.. Describe()]);

    public void Add(in Payment payment, int minute, int number, int bucket, int level)
    {
        Add(payment.From.Index, new Entry(minute, payment.To.Index, true, number, bucket, level));
        if (payment.From != payment.To)
        {
            Add(payment.To.Index, new Entry(minute, payment.From.Index, false, number, bucket, level));
        }

        for (int threshold = 1; threshold <= bucket; threshold++)
        {
            _lastOf[threshold - 1][payment.From.Index] = minute;
            _lastOf[threshold - 1][payment.To.Index] = minute;
        }
    }

    /// <summary>Writes the columns of a payment as of <paramref name="now"/>; the payment itself counts nowhere.</summary>
    public void Write(in Payment payment, int number, int level, int now, Span<float> row)
    {
        row.Clear();
        row[0] = level;
        WriteAccount(payment.From.Index, payment.To.Index, number, now, row[1..]);
        WriteAccount(payment.To.Index, payment.From.Index, number, now, row[(1 + ColumnsOfAccount)..]);
    }

    /// <summary>Highest level, payments by bucket; counterparties by direction, window and bucket.</summary>
    private const int ColumnsOfAccount = 1 + Buckets + (2 * 2 * Buckets);

    private void WriteAccount(int account, int other, int number, int now, Span<float> row)
    {
        _scan++;
        List<Entry> entries = _entries[account] ??= [];
        for (int i = entries.Count - 1; i >= 0 && entries[i].Minute >= now - Month; i--)
        {
            Entry entry = entries[i];
            if (entry.Number == number)
            {
                continue;
            }

            row[0] = Math.Max(row[0], entry.Level);
            if (entry.Bucket > 0)
            {
                row[entry.Bucket]++;
            }

            if (entry.Peer == other || _seen[entry.Peer] == _scan || BucketOf(entry.Peer, now) is not (> 0 and var bucket))
            {
                continue;
            }

            _seen[entry.Peer] = _scan;
            int column = 1 + Buckets + (entry.IsOut ? 0 : 2 * Buckets) + bucket - 1;
            row[column]++;
            row[column + Buckets] += entry.Minute >= now - TwoDays ? 1 : 0;
        }
    }

    private int BucketOf(int account, int now)
    {
        int bucket = Buckets;
        while (bucket > 0 && _lastOf[bucket - 1][account] < now - Month)
        {
            bucket--;
        }

        return bucket;
    }

    private void Add(int account, Entry entry)
    {
        List<Entry> entries = _entries[account] ??= [];
        if (entries.Count == 2 * Most)
        {
            entries.RemoveRange(0, Most);
        }

        entries.Add(entry);
    }

    private static int[] Unset(int count)
    {
        var values = new int[count];
        Array.Fill(values, int.MinValue / 2);
        return values;
    }

    private static IEnumerable<FeatureDefinition> Describe()
    {
        yield return Column("risk_level", "an earlier model rates the payment {value} of 15");
        foreach (string role in (string[])["sender", "receiver"])
        {
            yield return Column(
                $"risk_{role}_level", $"the {role}'s other payments are rated up to {{value}} of 15 within 30 days");
            for (int bucket = 1; bucket <= Buckets; bucket++)
            {
                yield return Column(
                    $"risk_{role}_payments_{bucket}", $"{role} had {{value}} payments of rating {bucket} within 30 days");
            }

            foreach (string way in (string[])["out", "in"])
            {
                foreach (string span in (string[])["30d", "2d"])
                {
                    for (int bucket = 1; bucket <= Buckets; bucket++)
                    {
                        yield return Column(
                            $"risk_{role}_{way}_peers_{bucket}_{span}",
                            $"{{value}} counterparties of the {role} are of rating {bucket} ({way}, {span})");
                    }
                }
            }
        }
    }

    private static FeatureDefinition Column(string name, string description) => new()
    {
        Name = name,
        Group = FeatureGroup.Account,
        Unit = FeatureUnit.Count,
        Description = description,
    };

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(int Minute, int Peer, bool IsOut, int Number, int Bucket, int Level);
}
