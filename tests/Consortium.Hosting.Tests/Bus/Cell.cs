using Consortium.Hosting.Bus;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Tests.Bus;

/// <summary>Two parties that may send to one another and that no other test uses.</summary>
internal sealed record Cell(PartyId Hub, PartyId Bank)
{
    public const int Count = 40;

    public static Cell Number(int index) => new(new PartyId($"hub-{index}"), new PartyId($"bank-{index}"));

    public static BusTopology Topology() => new(Enumerable.Range(0, Count).Select(Number)
        .SelectMany(cell => new[] { (From: cell.Hub, To: cell.Bank), (From: cell.Bank, To: cell.Hub) })
        .ToDictionary(route => route.From, route => (IReadOnlyCollection<PartyId>)[route.To]));
}
