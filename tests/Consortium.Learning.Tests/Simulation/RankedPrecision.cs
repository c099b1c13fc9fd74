namespace Consortium.Learning.Tests.Simulation;

/// <summary>Average precision of a ranking, written out from its definition; equal values are ranked together.</summary>
internal static class RankedPrecision
{
    public static double Average(double[] values, bool[] positives)
    {
        double[] keys = [.. values];
        int[] rows = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, rows);
        double all = positives.Count(positive => positive), found = 0, sum = 0;
        for (int end = keys.Length - 1; end >= 0;)
        {
            int start = end;
            double here = 0;
            for (; start >= 0 && keys[start].Equals(keys[end]); start--)
            {
                here += positives[rows[start]] ? 1 : 0;
            }

            found += here;
            sum += here / all * (found / (keys.Length - 1 - start));
            end = start;
        }

        return sum;
    }
}
