namespace Consortium.Learning.Features;

/// <summary>Totals of a stream's payments from one minute up to the end of the late view.</summary>
internal struct LateTotals
{
    public int Count;

    /// <summary>Distinct counterparties.</summary>
    public int Peers;

    /// <summary>First payments with a counterparty.</summary>
    public int Firsts;

    public double Sum;
}
