using System.Collections.Immutable;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Ledger;

/// <summary>The nearest plans that the ledger allows.</summary>
/// <param name="Window">The earliest later window of the same length that these banks may train over.</param>
/// <param name="DaysToWait">Until its last day is over.</param>
/// <param name="Cohorts">Which banks may train over the days that were asked for, because they did before; empty if none.</param>
/// <param name="Joining">Of the banks asked for, those that no sum over these days has had.</param>
/// <param name="MoreBanks">
/// How many more banks that no sum over these days has had must join together with these; 0 where that does not help.
/// </param>
public sealed record PlanAdvice(
    DataWindow Window, int DaysToWait, ImmutableArray<ImmutableArray<PartyId>> Cohorts, ImmutableArray<PartyId> Joining,
    int MoreBanks)
{
    public override string ToString() =>
        $"Allowed: these banks over {Window}{(DaysToWait > 0 ? $", over in {DaysToWait} days" : null)}"
        + (Cohorts.IsEmpty ? null : $"; or {string.Join(", ", Cohorts[0])} over the days asked for")
        + (MoreBanks == 0
            ? "."
            : $"; or {string.Join(" and ", Joining)} and {MoreBanks} more {(MoreBanks == 1 ? "bank" : "banks")} that no sum over "
                + "these days has had, joining together.");
}
