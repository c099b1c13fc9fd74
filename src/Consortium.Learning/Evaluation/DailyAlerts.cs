using Consortium.Learning.Payments;

namespace Consortium.Learning.Evaluation;

/// <summary>The alerts of analysts who work a fixed number a day: each day's rows of highest score.</summary>
/// <remarks>
/// Rows of equal score are taken in row order, which is time order, never by label: the choice is one that a live system makes.
/// A day with fewer rows than its alerts has all of them alerted.
/// </remarks>
public static class DailyAlerts
{
    /// <summary>The alerted rows, ascending.</summary>
    /// <param name="days">Each row's day, in any order; negative days are days too.</param>
    /// <param name="perDay">Alerts a day, at least 1.</param>
    public static int[] Select(ReadOnlySpan<double> scores, ReadOnlySpan<int> days, int perDay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perDay, 1);
        if (scores.Length != days.Length)
        {
            throw new ArgumentException($"{scores.Length} scores for {days.Length} days.");
        }

        // The least alert of a day is at the top of its queue; of equal scores the later row is less.
        var byDay = new Dictionary<int, PriorityQueue<int, (double Score, int NegatedRow)>>();
        for (int row = 0; row < scores.Length; row++)
        {
            if (double.IsNaN(scores[row]))
            {
                throw new ArgumentException($"The score of row {row} is NaN.");
            }

            if (!byDay.TryGetValue(days[row], out PriorityQueue<int, (double Score, int NegatedRow)>? alerts))
            {
                byDay.Add(days[row], alerts = new());
            }

            if (alerts.Count < perDay)
            {
                alerts.Enqueue(row, (scores[row], -row));
            }
            else if (scores[row] > scores[alerts.Peek()])
            {
                alerts.DequeueEnqueue(row, (scores[row], -row));
            }
        }

        int[] selected = [.. byDay.Values.SelectMany(alerts => alerts.UnorderedItems, (_, item) => item.Element)];
        Array.Sort(selected);
        return selected;
    }

    /// <summary>Counts what <paramref name="perDay"/> alerts a day find.</summary>
    public static AlertCounts Count(ReadOnlySpan<double> scores, ReadOnlySpan<Label> labels, ReadOnlySpan<int> days, int perDay)
    {
        AveragePrecision.Guard(scores, labels);
        return Count(labels, Select(scores, days, perDay));
    }

    internal static AlertCounts Count(ReadOnlySpan<Label> labels, ReadOnlySpan<int> alertedRows)
    {
        long hits = 0;
        foreach (int row in alertedRows)
        {
            hits += (long)labels[row];
        }

        return new AlertCounts(alertedRows.Length, hits, labels.Count(Label.Laundering));
    }
}
