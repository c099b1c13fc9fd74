using Consortium.Hosting.Bus;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// Queues, exchanges and bindings of a topology, declared by a user who may, for as long as this object lives. For trying things
/// out: users, permissions and limits come with <see cref="BrokerDefinitions"/> only. Whatever a crash leaves behind, the broker
/// deletes when it went unused for <see cref="Expiry"/>.
/// </summary>
public sealed class DeclaredTopology : IAsyncDisposable
{
    /// <summary>After this long without a consumer the broker deletes a queue.</summary>
    public static readonly TimeSpan Expiry = TimeSpan.FromHours(1);

    private readonly BrokerAddress _broker;
    private readonly BusTopology _topology;

    private DeclaredTopology(BrokerAddress broker, BusTopology topology)
    {
        _broker = broker;
        _topology = topology;
    }

    /// <summary>Logs in and out again.</summary>
    /// <exception cref="BusException">Nobody answers, or the broker does not let this user in.</exception>
    public static async Task CheckAsync(BrokerAddress broker, CancellationToken cancellationToken) =>
        await (await OpenAsync(broker, cancellationToken)).DisposeAsync();

    /// <param name="broker">Whose user may configure, write and read all that <paramref name="topology"/> names.</param>
    /// <exception cref="BusException">Nobody answers, the user may not, or a party's queue is there already.</exception>
    public static async Task<DeclaredTopology> DeclareAsync(
        BrokerAddress broker, BusTopology topology, CancellationToken cancellationToken)
    {
        await using IConnection connection = await OpenAsync(broker, cancellationToken);
        foreach (PartyId party in topology.Parties)
        {
            if (await ExistsAsync(connection, BusNames.Queue(party), cancellationToken))
            {
                throw new BusException(
                    $"{broker} has a queue '{BusNames.Queue(party)}' already, which may be a consortium's: name a virtual host "
                        + "without queues.");
            }
        }

        try
        {
            await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await DeclareAsync(channel, topology, cancellationToken);
            return new DeclaredTopology(broker, topology);
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == 403)
        {
            throw new BusException(
                $"{broker}: this user may not declare queues and exchanges. Give it all three permissions in the virtual host.",
                exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await using IConnection connection = await BrokerConnection.OpenAsync(_broker, "delete", CancellationToken.None);
        await using IChannel channel = await connection.CreateChannelAsync();
        foreach (PartyId party in _topology.Parties)
        {
            await channel.QueueDeleteAsync(BusNames.Queue(party));
            await channel.QueueDeleteAsync(BusNames.DeadLetters(party));
            await channel.ExchangeDeleteAsync(BusNames.Exchange(party));
        }
    }

    private static async Task<IConnection> OpenAsync(BrokerAddress broker, CancellationToken cancellationToken)
    {
        IConnection? connection = null;
        try
        {
            connection = await BrokerConnection.OpenAsync(broker, "demonstration", cancellationToken);
            // a missing virtual host shows here
            await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            IConnection opened = connection;
            connection = null;
            return opened;
        }
        catch (Exception exception) when (BrokerProbe.Explain(broker, exception) is { } explanation)
        {
            throw new BusException(explanation, exception);
        }
        catch (BrokerUnreachableException exception)
        {
            throw new BusException($"No broker answers at {broker}: start it, or check host and port.", exception);
        }
        finally
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    /// <summary>A channel that asks for a queue which is not there is closed, so each question has its own.</summary>
    private static async Task<bool> ExistsAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
            return true;
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == 404)
        {
            return false;
        }
    }

    private static async Task DeclareAsync(IChannel channel, BusTopology topology, CancellationToken cancellationToken)
    {
        var arguments = new Dictionary<string, object?>
        {
            ["x-queue-type"] = "classic",
            ["x-expires"] = (int)Expiry.TotalMilliseconds,
        };
        foreach (PartyId party in topology.Parties)
        {
            await channel.QueueDeclareAsync(
                BusNames.Queue(party), durable: true, exclusive: false, autoDelete: false, arguments,
                cancellationToken: cancellationToken);
            await channel.QueueDeclareAsync(
                BusNames.DeadLetters(party), durable: true, exclusive: false, autoDelete: false, arguments,
                cancellationToken: cancellationToken);
            await channel.ExchangeDeclareAsync(
                BusNames.Exchange(party), ExchangeType.Direct, durable: true, autoDelete: false,
                cancellationToken: cancellationToken);
            await channel.QueueBindAsync(
                BusNames.DeadLetters(party), BusNames.Exchange(party), BusNames.DeadLetters(party),
                cancellationToken: cancellationToken);
        }

        foreach (PartyId party in topology.Parties)
        {
            foreach (PartyId recipient in topology.RecipientsOf(party))
            {
                await channel.QueueBindAsync(
                    BusNames.Queue(recipient), BusNames.Exchange(party), BusNames.Queue(recipient),
                    cancellationToken: cancellationToken);
            }
        }
    }
}
