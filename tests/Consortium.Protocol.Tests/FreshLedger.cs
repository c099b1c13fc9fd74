using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Tests;

/// <summary>Of a party that has never taken part.</summary>
public static class FreshLedger
{
    public static LedgerRules Rules { get; } = new(ParticipationLedger.Begin(new PartyId("holder-a")), 28, DateOnly.MaxValue);
}
