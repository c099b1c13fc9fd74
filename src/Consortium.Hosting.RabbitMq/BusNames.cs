using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// What stands on the broker for one party. A dot separates, which no party id contains, so no name of one party can be
/// another's.
/// </summary>
internal static class BusNames
{
    private const string OutSuffix = ".out";

    /// <summary>The party's queue. It alone reads it; only the exchanges of those who may send to it are bound to it.</summary>
    public static string Queue(PartyId party) => party.Name;

    /// <summary>Frames the party gave up on, with the reason. An operator reads it.</summary>
    public static string DeadLetters(PartyId party) => party.Name + ".dead";

    /// <summary>The direct exchange that the party publishes through; routing keys are the queues it may reach.</summary>
    public static string Exchange(PartyId party) => party.Name + OutSuffix;

    /// <summary>A connection's name at the broker, where it tells people which process of which machine holds it.</summary>
    public static string Connection(PartyId party, string purpose) =>
        $"{party} {purpose} on {Environment.MachineName}, process {Environment.ProcessId}";

    /// <summary>The party that publishes through <paramref name="exchange"/>; null when it is no party's.</summary>
    public static PartyId? PublisherOf(string exchange) =>
        exchange.EndsWith(OutSuffix, StringComparison.Ordinal)
            && PartyId.IsValid(exchange.AsSpan(0, exchange.Length - OutSuffix.Length))
            ? new PartyId(exchange[..^OutSuffix.Length])
            : null;
}
