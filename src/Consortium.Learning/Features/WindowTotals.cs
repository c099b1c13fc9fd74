namespace Consortium.Learning.Features;

/// <summary>Totals of a stream's payments within one window.</summary>
internal struct WindowTotals
{
    public int Count;

    /// <summary>Distinct counterparties.</summary>
    public int Peers;

    /// <summary>Distinct banks of counterparties.</summary>
    public int Banks;

    /// <summary>First payments with a counterparty.</summary>
    public int Firsts;

    /// <summary>Payments with the one counterparty asked about.</summary>
    public int PairCount;

    public double PairSum;
    public double Sum;
    public double Maximum;

    /// <summary>Sums over amounts less the newest amount, so that equal amounts spread by exactly nothing.</summary>
    public double DeltaSum;
    public double DeltaSquares;

    public readonly double Mean => Sum / Count;

    /// <summary>NaN below two payments.</summary>
    public readonly double StandardDeviation =>
        Count < 2 ? double.NaN : Math.Sqrt(Math.Max(0, (DeltaSquares - DeltaSum * DeltaSum / Count) / (Count - 1)));
}
