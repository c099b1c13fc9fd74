namespace Consortium.Protocol.Tests.Simulation;

/// <summary>A rule of votes left out on purpose, to see that the checker notices.</summary>
internal enum VoteBug
{
    None,

    /// <summary>Nobody looks at what shows that a bank left out has no ballot that counts.</summary>
    TakesAnyVoid,

    /// <summary>One rejection fewer than T voids a ballot: dishonest key holders suffice.</summary>
    OneRejectionFewer,

    /// <summary>Key holders approve ballots that are none.</summary>
    ApprovesAnyBallot,
}
