namespace Consortium.Learning.Evaluation;

/// <summary>Of the laundering attempts that have a row among those evaluated, how many have at least one alerted.</summary>
public readonly record struct AttemptCounts(long Found, long Attempts)
{
    /// <summary>NaN without attempts.</summary>
    public double Share => Attempts == 0 ? double.NaN : (double)Found / Attempts;

    /// <param name="attempts">Each row's attempt, or <see cref="ScoredRows.NoAttempt"/>.</param>
    /// <param name="alertedRows">Indices of alerted rows.</param>
    public static AttemptCounts Of(ReadOnlySpan<int> attempts, ReadOnlySpan<int> alertedRows)
    {
        var all = new HashSet<int>();
        foreach (int attempt in attempts)
        {
            if (attempt != ScoredRows.NoAttempt)
            {
                all.Add(attempt);
            }
        }

        var found = new HashSet<int>();
        foreach (int row in alertedRows)
        {
            if (attempts[row] != ScoredRows.NoAttempt)
            {
                found.Add(attempts[row]);
            }
        }

        return new AttemptCounts(found.Count, all.Count);
    }
}
