namespace Consortium.Protocol.Configuration;

/// <summary>What J key holders with threshold T withstand, for people who choose them.</summary>
public readonly record struct CommitteeStrength(int KeyHolders, int Threshold)
{
    /// <summary>Key holders that may be down while rounds still finish.</summary>
    public int Crashes => KeyHolders - Threshold;

    /// <summary>
    /// Key holders that may tell each peer something else, together with the aggregator, without two different cohorts of one
    /// round opening, in a session whose cohort may change.
    /// </summary>
    public int Equivocating => (2 * Threshold) - KeyHolders - 1;

    /// <summary>
    /// Key holders that may pool what they hold without reading one bank's update, in a session of fixed cohort.
    /// </summary>
    public int Colluding => Threshold - 1;

    /// <summary>What one dishonest key holder can do here, or null when it can do nothing.</summary>
    public string? Warning => Equivocating >= 1 ? null
        : $"{KeyHolders} key holders with threshold {Threshold}: a single dishonest one, together with the aggregator, can have "
        + "two attempts of one round opened where a "
        + "plan lets the cohort change, and the sums of two sessions that honest ledgers keep apart. The second attempt resends "
        + "the first one's vector. Use 4 with threshold 3, "
        + "or keep cohorts fixed.";

    public override string ToString() =>
        $"{KeyHolders} key holders, threshold {Threshold}: rounds finish with {Crashes} down; {Colluding} may collude with the "
        + "aggregator "
        + $"and read no bank's update while the cohort is fixed; where a plan lets the cohort change, {Equivocating} may "
        + "equivocate.";
}
