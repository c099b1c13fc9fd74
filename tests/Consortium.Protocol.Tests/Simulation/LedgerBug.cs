namespace Consortium.Protocol.Tests.Simulation;

/// <summary>A rule of the ledger left out on purpose, to see that the checker notices.</summary>
internal enum LedgerBug
{
    None,

    /// <summary>
    /// Nobody holds plans against the ledger. Harmless by itself: what is sent and released is held against it too.
    /// </summary>
    NothingAtThePlan,

    /// <summary>Banks do not look again before they send: key holders alone keep the promise, while quorums meet.</summary>
    BanksForget,

    /// <summary>Neither do key holders before they release.</summary>
    NothingAtTheRelease,
}
