namespace Consortium.Hosting.RabbitMq;

/// <summary>How the broker stands to a party that it lets in.</summary>
/// <param name="Readers">How many read the party's queue.</param>
/// <param name="Alarm">Why the broker takes no messages from anyone; null when it takes them.</param>
public sealed record BrokerStatus(int Readers, string? Alarm);
