using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Consortium.Testing;

/// <summary>
/// Sends every frame that crosses a broker once more: the same body and properties through the same exchange to the same queue,
/// as a sender does who did not hear its confirmation. Knows its own copies by a header.
/// </summary>
public sealed class Duplicator : IAsyncDisposable
{
    private const string Mark = "x-copy";

    private BrokerTap? _tap;
    private int _copies;

    private Duplicator()
    {
    }

    /// <summary>Frames sent once more so far.</summary>
    public int Copies => Volatile.Read(ref _copies);

    /// <summary>Begins with whatever is sent from here on, between any parties of the topology.</summary>
    public static async Task<Duplicator> StartAsync(
        BrokerAddress asAdministrator, BusTopology topology, CancellationToken cancellationToken)
    {
        var duplicator = new Duplicator();
        duplicator._tap = await BrokerTap.StartAsync(
            asAdministrator,
            topology.Parties.SelectMany(party => topology.RecipientsOf(party).Select(recipient => (party, recipient))),
            duplicator.RepeatAsync, cancellationToken);
        return duplicator;
    }

    public ValueTask DisposeAsync() => _tap!.DisposeAsync();

    private async Task RepeatAsync(IChannel channel, BasicDeliverEventArgs frame)
    {
        if (frame.BasicProperties.Headers?.ContainsKey(Mark) == true)
        {
            return;
        }

        var properties = new BasicProperties(frame.BasicProperties);
        properties.Headers = new Dictionary<string, object?>(properties.Headers ?? new Dictionary<string, object?>())
        {
            [Mark] = true,
        };
        await channel.BasicPublishAsync(
            frame.Exchange, frame.RoutingKey, mandatory: false, properties, frame.Body.ToArray(), frame.CancellationToken);
        Interlocked.Increment(ref _copies);
    }
}
