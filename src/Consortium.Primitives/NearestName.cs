namespace Consortium.Primitives;

/// <summary>Finds what somebody meant who wrote a name wrongly.</summary>
public static class NearestName
{
    /// <summary>The name that the fewest changed letters make of a wrong one, whatever their case.</summary>
    public static string Of(string wrong, IEnumerable<string> names) => names.MinBy(name => Distance(name, wrong))!;

    /// <summary>Levenshtein's.</summary>
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                bool isSame = char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]);
                int changed = diagonal + (isSame ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
