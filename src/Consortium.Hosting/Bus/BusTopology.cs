using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Bus;

/// <summary>Who is on the bus and who may send to whom. All else about the broker follows from it.</summary>
public sealed class BusTopology
{
    private readonly SortedDictionary<PartyId, PartyId[]> _routes;

    /// <param name="routes">Each party with the parties it may send to.</param>
    /// <exception cref="ArgumentException">A route leads to nobody, or from a party to itself.</exception>
    public BusTopology(IReadOnlyDictionary<PartyId, IReadOnlyCollection<PartyId>> routes)
    {
        foreach ((PartyId from, IReadOnlyCollection<PartyId> recipients) in routes)
        {
            foreach (PartyId to in recipients)
            {
                if (to == from || !routes.ContainsKey(to))
                {
                    throw new ArgumentException(
                        $"'{from}' cannot send to '{to}': {(to == from ? "that is itself" : "no such party")}.", nameof(routes));
                }
            }
        }

        _routes = new SortedDictionary<PartyId, PartyId[]>(
            routes.ToDictionary(route => route.Key, route => route.Value.Distinct().Order().ToArray()));
    }

    public IReadOnlyCollection<PartyId> Parties => _routes.Keys;

    /// <summary>A consortium's usual shape: everybody sends to the aggregator, and the aggregator to everybody.</summary>
    public static BusTopology Star(PartyId aggregator, IEnumerable<PartyId> others)
    {
        PartyId[] spokes = [.. others];
        var routes = new Dictionary<PartyId, IReadOnlyCollection<PartyId>> { [aggregator] = spokes };
        foreach (PartyId spoke in spokes)
        {
            routes.Add(spoke, [aggregator]);
        }

        return new BusTopology(routes);
    }

    public IReadOnlyList<PartyId> RecipientsOf(PartyId party) =>
        _routes.TryGetValue(party, out PartyId[]? recipients) ? recipients : [];
}
