namespace Consortium.Operator.Client;

/// <summary>No broker answers where one should be.</summary>
public sealed class BrokerSilentException(string broker, TimeSpan limit, Exception cause) : Exception(
    $"No broker answers at {broker} within {limit.TotalSeconds:0} seconds.", cause);
