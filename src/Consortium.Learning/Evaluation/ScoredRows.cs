using Consortium.Learning.Payments;

namespace Consortium.Learning.Evaluation;

/// <summary>
/// Labelled rows with a model's raw scores: what every metric is computed from. Columns are parallel and not copied.
/// </summary>
public sealed class ScoredRows
{
    /// <summary>Marks a row of no attempt in <see cref="Attempts"/>.</summary>
    public const int NoAttempt = -1;

    /// <param name="scores">Raw scores (log-odds): higher is more suspicious.</param>
    /// <param name="labels">All known.</param>
    /// <param name="days">Each row's day number.</param>
    /// <param name="attempts">
    /// Each row's laundering attempt, or <see cref="NoAttempt"/>; empty when no ground truth tells.
    /// </param>
    /// <exception cref="ArgumentException">Lengths differ, a score is NaN, or a label is unknown.</exception>
    public ScoredRows(
        ReadOnlyMemory<double> scores, ReadOnlyMemory<Label> labels, ReadOnlyMemory<int> days,
        ReadOnlyMemory<int> attempts = default)
    {
        AveragePrecision.Guard(scores.Span, labels.Span);
        if (days.Length != scores.Length)
        {
            throw new ArgumentException($"{scores.Length} scores for {days.Length} days.", nameof(days));
        }

        if (!attempts.IsEmpty && attempts.Length != scores.Length)
        {
            throw new ArgumentException($"{scores.Length} scores for {attempts.Length} attempts.", nameof(attempts));
        }

        (Scores, Labels, Days, Attempts) = (scores, labels, days, attempts);
    }

    public int Count => Scores.Length;

    public ReadOnlyMemory<double> Scores { get; }

    public ReadOnlyMemory<Label> Labels { get; }

    public ReadOnlyMemory<int> Days { get; }

    public ReadOnlyMemory<int> Attempts { get; }

    /// <summary>The rows at <paramref name="indices"/>, such as those of one bank.</summary>
    public ScoredRows Take(ReadOnlySpan<int> indices)
    {
        var scores = new double[indices.Length];
        var labels = new Label[indices.Length];
        var days = new int[indices.Length];
        var attempts = new int[Attempts.IsEmpty ? 0 : indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            int row = indices[i];
            scores[i] = Scores.Span[row];
            labels[i] = Labels.Span[row];
            days[i] = Days.Span[row];
            if (attempts.Length != 0)
            {
                attempts[i] = Attempts.Span[row];
            }
        }

        return new ScoredRows(scores, labels, days, attempts);
    }
}
