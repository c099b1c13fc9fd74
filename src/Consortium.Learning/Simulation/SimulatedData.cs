using Consortium.Learning.Payments;

namespace Consortium.Learning.Simulation;

/// <summary>A simulation held in memory, with its ground truth.</summary>
public sealed class SimulatedData
{
    internal SimulatedData(
        PaymentSet set, PaymentOrigin[] origins, int[] attemptOfRow, IReadOnlyList<LaunderingAttempt> attempts,
        IReadOnlyList<AccountRecord> accountRecords, IReadOnlyList<double> missedLabelShares)
    {
        Set = set;
        Origins = origins;
        AttemptOfRow = attemptOfRow;
        Attempts = attempts;
        AccountRecords = accountRecords;
        MissedLabelShares = missedLabelShares;
    }

    /// <summary>The payments as the banks know them: labels may miss laundering.</summary>
    public PaymentSet Set { get; }

    /// <summary>Why each row was paid.</summary>
    public IReadOnlyList<PaymentOrigin> Origins { get; }

    /// <summary>The attempt of each row, or -1.</summary>
    public IReadOnlyList<int> AttemptOfRow { get; }

    /// <summary>Attempts in the order of their numbers, their payments labelled as they are in truth.</summary>
    public IReadOnlyList<LaunderingAttempt> Attempts { get; }

    public IReadOnlyList<AccountRecord> AccountRecords { get; }

    /// <summary>For each bank, the share of its laundering that it was made to miss.</summary>
    public IReadOnlyList<double> MissedLabelShares { get; }

    /// <summary>Whether a row is laundering in truth, whatever its label says.</summary>
    public bool IsLaundering(int row) => Origins[row] >= PaymentOrigin.LaunderingPattern;
}
