using Consortium.Hosting.Bus;
using Consortium.Protocol.Messages;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Consortium.Testing;

/// <summary>
/// Sends every frame that crosses a broker once more: the same body and properties through the same exchange to the same queue, as a sender
/// does who did not hear its confirmation. Knows its own copies by a header.
/// </summary>
public sealed class Duplicator : IAsyncDisposable
{
    private const string Mark = "x-copy";

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private int _copies;

    private Duplicator(IConnection connection, IChannel channel)
    {
        _connection = connection;
        _channel = channel;
    }

    /// <summary>Frames sent once more so far.</summary>
    public int Copies => Volatile.Read(ref _copies);

    /// <summary>Begins with whatever is sent from here on, between any parties of the topology.</summary>
    public static async Task<Duplicator> StartAsync(BrokerAddress asAdministrator, BusTopology topology, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            HostName = asAdministrator.Host,
            Port = asAdministrator.Port,
            VirtualHost = asAdministrator.VirtualHost,
            UserName = asAdministrator.User.Name,
            Password = asAdministrator.Password,
        };
        IConnection connection = await factory.CreateConnectionAsync("duplicator", cancellationToken);
        IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var duplicator = new Duplicator(connection, channel);
        string queue = (await channel.QueueDeclareAsync(cancellationToken: cancellationToken)).QueueName;
        foreach (PartyId party in topology.Parties)
        {
            foreach (PartyId recipient in topology.RecipientsOf(party))
            {
                await channel.QueueBindAsync(queue, $"{party.Name}.out", recipient.Name, cancellationToken: cancellationToken);
            }
        }

        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += duplicator.RepeatAsync;
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer, cancellationToken);
        return duplicator;
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task RepeatAsync(object sender, BasicDeliverEventArgs frame)
    {
        if (frame.BasicProperties.Headers?.ContainsKey(Mark) == true)
        {
            return;
        }

        var properties = new BasicProperties(frame.BasicProperties);
        properties.Headers = new Dictionary<string, object?>(properties.Headers ?? new Dictionary<string, object?>()) { [Mark] = true };
        await _channel.BasicPublishAsync(frame.Exchange, frame.RoutingKey, mandatory: false, properties, frame.Body.ToArray(), frame.CancellationToken);
        Interlocked.Increment(ref _copies);
    }
}
