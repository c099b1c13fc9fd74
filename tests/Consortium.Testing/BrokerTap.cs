using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Consortium.Testing;

/// <summary>Hears every frame that crosses a broker between some parties, as whoever runs the broker can.</summary>
public sealed class BrokerTap : IAsyncDisposable
{
    private readonly IConnection _connection;

    private BrokerTap(IConnection connection, IChannel channel) => (_connection, Channel) = (connection, channel);

    /// <summary>The administrator's, for what a listener wants to say in turn.</summary>
    public IChannel Channel { get; }

    /// <summary>Begins with whatever is sent from here on; frames are heard one at a time.</summary>
    public static async Task<BrokerTap> StartAsync(
        BrokerAddress asAdministrator, IEnumerable<(PartyId From, PartyId To)> routes,
        Func<IChannel, BasicDeliverEventArgs, Task> hear, CancellationToken cancellationToken)
    {
        IConnection connection = await LogInAsync(asAdministrator, "tap", cancellationToken);
        IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        string queue = (await channel.QueueDeclareAsync(cancellationToken: cancellationToken)).QueueName;
        foreach ((PartyId from, PartyId to) in routes)
        {
            await channel.QueueBindAsync(queue, $"{from.Name}.out", to.Name, cancellationToken: cancellationToken);
        }

        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, frame) => hear(channel, frame);
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer, cancellationToken);
        return new BrokerTap(connection, channel);
    }

    /// <summary>Logs in with RabbitMQ's own client, which does whatever the broker lets it.</summary>
    public static Task<IConnection> LogInAsync(BrokerAddress broker, string name, CancellationToken cancellationToken) =>
        new ConnectionFactory
        {
            HostName = broker.Host,
            Port = broker.Port,
            VirtualHost = broker.VirtualHost,
            UserName = broker.User.Name,
            Password = broker.Password,
            AutomaticRecoveryEnabled = false,
        }.CreateConnectionAsync(name, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
