using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Operator.Client;

/// <summary>
/// The aggregator did not confirm a control in time. The control waits in its queue, and holds once it is read.
/// </summary>
public sealed class AggregatorSilentException(PartyId aggregator, TimeSpan limit) : Exception(
    $"{aggregator} has not answered in {limit.TotalSeconds:0} seconds. The message waits in its queue and takes effect when "
        + $"{aggregator} reads it.");
