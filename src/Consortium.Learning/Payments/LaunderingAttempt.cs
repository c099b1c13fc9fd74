namespace Consortium.Learning.Payments;

/// <summary>Payments that launder one sum together: the ground truth of a pattern file.</summary>
public sealed record LaunderingAttempt
{
    public required Typology Typology { get; init; }

    /// <summary>What the file says after the typology's name; empty when it says nothing.</summary>
    public required string Description { get; init; }

    /// <summary>The payments in the file's order.</summary>
    public required IReadOnlyList<Payment> Payments { get; init; }

    /// <summary>For each row of <paramref name="set"/>, the attempt it belongs to, or -1.</summary>
    /// <remarks>
    /// Files give payments no identifier, so rows are matched by all columns but the label, which may have been missed.
    /// Of rows that are the same in every column, as many are matched as attempts name.
    /// </remarks>
    public static int[] AttemptOfRow(PaymentSet set, IReadOnlyList<LaunderingAttempt> attempts)
    {
        var attemptsOf = new Dictionary<Payment, Queue<int>>();
        for (int i = 0; i < attempts.Count; i++)
        {
            foreach (Payment payment in attempts[i].Payments)
            {
                Payment key = Unlabelled(payment);
                if (!attemptsOf.TryGetValue(key, out Queue<int>? queue))
                {
                    attemptsOf.Add(key, queue = new Queue<int>());
                }

                queue.Enqueue(i);
            }
        }

        var attemptOfRow = new int[set.Count];
        for (int row = 0; row < attemptOfRow.Length; row++)
        {
            attemptOfRow[row] = attemptsOf.TryGetValue(Unlabelled(set[row]), out Queue<int>? queue)
                && queue.TryDequeue(out int attempt)
                ? attempt
                : -1;
        }

        return attemptOfRow;
    }

    private static Payment Unlabelled(in Payment payment) => payment with { Label = Label.Unknown };
}
