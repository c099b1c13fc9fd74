namespace Consortium.Protocol.Tests.Simulation;

/// <summary>A rule of the ledger left out on purpose, to see that the checker notices.</summary>
internal enum LedgerBug
{
    None,

    /// <summary>Nobody holds plans against the ledger. Harmless by itself: what is sent and released is held against it too.</summary>
    NothingAtThePlan,

    /// <summary>Key holders do not look again before they release.</summary>
    NothingAtTheRelease,

    /// <summary>Banks do not look again before they send.</summary>
    BanksForget,
}
