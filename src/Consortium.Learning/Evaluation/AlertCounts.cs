namespace Consortium.Learning.Evaluation;

/// <summary>What a set of alerts found: whole counts, so that banks' counts add up to the consortium's.</summary>
/// <param name="Alerts">Rows alerted.</param>
/// <param name="Hits">Alerted rows that are laundering.</param>
/// <param name="Laundering">Laundering rows, alerted or not.</param>
public readonly record struct AlertCounts(long Alerts, long Hits, long Laundering)
{
    /// <summary>Hits per alert; NaN without alerts.</summary>
    public double Precision => Alerts == 0 ? double.NaN : (double)Hits / Alerts;

    /// <summary>Hits per laundering row; NaN without laundering.</summary>
    public double Recall => Laundering == 0 ? double.NaN : (double)Hits / Laundering;

    /// <summary>How many alerts an analyst works for each that is true; infinite when none is.</summary>
    public double AlertsPerHit => Hits == 0 ? double.PositiveInfinity : (double)Alerts / Hits;

    /// <summary>The harmonic mean of precision and recall: 2 hits / (alerts + laundering).</summary>
    public double F1 => Alerts + Laundering == 0 ? double.NaN : 2.0 * Hits / (Alerts + Laundering);

    public static AlertCounts operator +(AlertCounts left, AlertCounts right) =>
        new(left.Alerts + right.Alerts, left.Hits + right.Hits, left.Laundering + right.Laundering);

    /// <summary>Compares F1 in whole numbers, so that rounding cannot choose between two thresholds.</summary>
    internal bool IsBetterF1Than(AlertCounts other) =>
        (Int128)Hits * (other.Alerts + other.Laundering) > (Int128)other.Hits * (Alerts + Laundering);
}
