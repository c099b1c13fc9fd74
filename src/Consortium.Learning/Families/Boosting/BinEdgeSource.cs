namespace Consortium.Learning.Families.Boosting;

/// <summary>Where the edges of boosting's bins come from. Values are part of a plan's canonical bytes.</summary>
public enum BinEdgeSource : byte
{
    /// <summary>From the feature schema (<see cref="Binning.PublicEdges"/>): the same for everyone, without a round.</summary>
    Public = 1,

    /// <summary>
    /// From counts of the cohort's rows, summed in rounds of their own. The counts depend on payments alone, so two sessions
    /// whose cohorts differ by one bank tell that bank's distributions, and a bank that invents rows bends the bins. Only for
    /// sums that carry noise.
    /// </summary>
    Sketched = 2,
}
