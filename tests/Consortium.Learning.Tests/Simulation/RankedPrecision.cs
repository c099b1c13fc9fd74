namespace Consortium.Learning.Tests.Simulation;

/// <summary>Average precision of a ranking, written out from its definition; equal values are ranked together.</summary>
internal static class RankedPrecision
{
    /// <summary>The better of ranking by rising and by falling values. NaN ranks below all.</summary>
    public static double BestOfBothWays<T>(T[] values, bool[] positives)
        where T : IComparable<T>
    {
        T[] keys = [.. values];
        bool[] ranked = [.. positives];
        Array.Sort(keys, ranked);
        var ties = new List<(int Rows, int Positives)>();
        for (int start = 0, end = 0; start < keys.Length; start = end)
        {
            int found = 0;
            for (; end < keys.Length && keys[end].CompareTo(keys[start]) == 0; end++)
            {
                found += ranked[end] ? 1 : 0;
            }

            ties.Add((end - start, found));
        }

        double falling = Average(ties);
        ties.Reverse();
        return Math.Max(falling, Average(ties));
    }

    private static double Average(List<(int Rows, int Positives)> ties)
    {
        double all = ties.Sum(tie => tie.Positives), rows = 0, found = 0, sum = 0;
        foreach ((int count, int positives) in ties)
        {
            rows += count;
            found += positives;
            sum += positives / all * (found / rows);
        }

        return sum;
    }
}
