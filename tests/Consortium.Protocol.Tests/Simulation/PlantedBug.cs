namespace Consortium.Protocol.Tests.Simulation;

/// <summary>A rule left out on purpose, to see that the checker notices.</summary>
internal enum PlantedBug
{
    None,

    /// <summary>Key holders approve any cohort, whatever they promised before.</summary>
    NoFence,

    /// <summary>Key holders approve another attempt of a round they released in.</summary>
    ReleasedRoundStaysOpen,

    /// <summary>Banks compute their vector anew for each attempt at a round.</summary>
    NewVectorEachAttempt,

    /// <summary>T is J/2.</summary>
    HalfQuorum,

    /// <summary>Key holders ignore the plan's minimum cohort.</summary>
    NoMinimum,

    /// <summary>Key holders seal anew when asked again.</summary>
    SealsAnew,

    /// <summary>Banks open whatever the aggregator sends.</summary>
    OpensUnapproved,

    /// <summary>Banks open whatever passes the noise check, whether the tags add up or not.</summary>
    IgnoresTags,

    /// <summary>The aggregator never asks twice.</summary>
    NoReminders,
}
