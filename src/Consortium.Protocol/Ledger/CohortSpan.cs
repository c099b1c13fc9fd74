using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Ledger;

/// <summary>
/// Whether the sums of some cohorts can be combined, each times an integer, so that fewer than three banks are left. Exact: this
/// folder's README has the argument. Time and memory are bounded by the number of cohorts and banks, which the caller limits.
/// </summary>
internal static class CohortSpan
{
    /// <summary>A combination that leaves as many banks as this, or more, tells no bank's part.</summary>
    public const int LeastBanks = 3;

    /// <returns>One or two banks that a combination leaves alone; empty when none does.</returns>
    public static ImmutableArray<PartyId> LeftAlone(IReadOnlyList<ImmutableArray<PartyId>> cohorts)
    {
        List<ImmutableArray<PartyId>> groups = Groups(cohorts, out BigInteger[][] rows);
        int[] pivots = Reduce(rows, groups.Count);
        var singles = new Dictionary<string, PartyId>(StringComparer.Ordinal);
        for (int row = 0; row < pivots.Length; row++)
        {
            ImmutableArray<PartyId> pivot = groups[pivots[row]];
            int[] others =
                [.. Enumerable.Range(0, groups.Count).Where(group => group != pivots[row] && !rows[row][group].IsZero)];
            ImmutableArray<PartyId> left = [.. pivot, .. others.Take(LeastBanks).SelectMany(group => groups[group])];
            if (left.Length < LeastBanks)
            {
                return [.. left.Order()];
            }

            if (pivot.Length == 1 && !singles.TryAdd(Direction(rows[row], others), pivot[0]))
            {
                return [.. new[] { singles[Direction(rows[row], others)], pivot[0] }.Order()];
            }
        }

        return [];
    }

    /// <summary>Banks that are in the same cohorts keep equal factors in every combination, so they are one column.</summary>
    private static List<ImmutableArray<PartyId>> Groups(IReadOnlyList<ImmutableArray<PartyId>> cohorts, out BigInteger[][] rows)
    {
        var memberships = new SortedDictionary<PartyId, char[]>();
        for (int cohort = 0; cohort < cohorts.Count; cohort++)
        {
            foreach (PartyId bank in cohorts[cohort])
            {
                if (!memberships.TryGetValue(bank, out char[]? membership))
                {
                    memberships[bank] = membership = new string('0', cohorts.Count).ToCharArray();
                }

                membership[cohort] = '1';
            }
        }

        (string Membership, ImmutableArray<PartyId> Banks)[] groups =
            [.. memberships.GroupBy(bank => new string(bank.Value), bank => bank.Key)
                .Select(group => (group.Key, group.ToImmutableArray()))];
        rows = [.. Enumerable.Range(0, cohorts.Count).Select(cohort =>
            groups.Select(group => group.Membership[cohort] == '1' ? BigInteger.One : BigInteger.Zero).ToArray())];
        return [.. groups.Select(group => group.Banks)];
    }

    /// <summary>Gauss and Jordan over the integers: afterwards row i alone has something in column <c>pivots[i]</c>.</summary>
    private static int[] Reduce(BigInteger[][] rows, int columns)
    {
        var pivots = new List<int>();
        for (int column = 0; column < columns && pivots.Count < rows.Length; column++)
        {
            int rank = pivots.Count;
            int found = Array.FindIndex(rows, rank, row => !row[column].IsZero);
            if (found < 0)
            {
                continue;
            }

            (rows[rank], rows[found]) = (rows[found], rows[rank]);
            for (int other = 0; other < rows.Length; other++)
            {
                if (other != rank && !rows[other][column].IsZero)
                {
                    Eliminate(rows[other], rows[rank], column);
                }
            }

            pivots.Add(column);
        }

        return [.. pivots];
    }

    private static void Eliminate(BigInteger[] row, BigInteger[] by, int column)
    {
        BigInteger factor = by[column], times = row[column], common = BigInteger.Zero;
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = (factor * row[i]) - (times * by[i]);
            common = BigInteger.GreatestCommonDivisor(common, row[i]);
        }

        for (int i = 0; !common.IsZero && !common.IsOne && i < row.Length; i++)
        {
            row[i] /= common;
        }
    }

    /// <summary>
    /// The same for two rows just when what they have outside their pivots is parallel: some combination of both leaves the
    /// pivots alone.
    /// </summary>
    private static string Direction(BigInteger[] row, int[] others)
    {
        BigInteger common = others.Aggregate(BigInteger.Zero, (gcd, group) => BigInteger.GreatestCommonDivisor(gcd, row[group]));
        common *= row[others[0]].Sign;
        return string.Join(
            ' ', others.Select(group => string.Create(CultureInfo.InvariantCulture, $"{group}:{row[group] / common}")));
    }
}
