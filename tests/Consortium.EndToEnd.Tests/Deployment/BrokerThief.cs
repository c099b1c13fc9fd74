using System.Text;
using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Consortium.EndToEnd.Tests.Deployment;

/// <summary>Somebody with a party's password at the broker, and none of its keys.</summary>
internal sealed class BrokerThief : IAsyncDisposable
{
    private const byte FirstInLine = 10;
    private const string Mark = "x-thief";

    private readonly IConnection _connection;
    private readonly IChannel _publishing;
    private readonly PartyId _victim;
    private readonly Lock _lock = new();
    private readonly List<byte[]> _stolen = [];

    private BrokerThief(PartyId victim, IConnection connection, IChannel publishing) =>
        (_victim, _connection, _publishing) = (victim, connection, publishing);

    public bool IsLoggedIn => _connection.IsOpen;

    /// <summary>Bodies taken from the victim's queue so far.</summary>
    public IReadOnlyList<byte[]> Stolen
    {
        get
        {
            lock (_lock)
            {
                return [.. _stolen];
            }
        }
    }

    public static async Task<BrokerThief> LogInAsync(BrokerAddress stolen, CancellationToken cancellationToken)
    {
        IConnection connection = await BrokerTap.LogInAsync(stolen, "thief", cancellationToken);
        return new BrokerThief(
            stolen.User, connection, await connection.CreateChannelAsync(cancellationToken: cancellationToken));
    }

    /// <summary>
    /// What a frame of this sender carries beside its body; and a mark, by which a test tells a thief's frames from others.
    /// </summary>
    public static BasicProperties Properties(PartyId sender) => new()
    {
        Headers = new Dictionary<string, object?> { ["consortium-sender"] = Encoding.UTF8.GetBytes(sender.Name), [Mark] = true },
        DeliveryMode = DeliveryModes.Persistent,
    };

    public static bool IsByAThief(IReadOnlyBasicProperties properties) => properties.Headers?.ContainsKey(Mark) == true;

    /// <summary>
    /// Tries something on a channel of its own, and gives the code with which the broker rejected it; null when it did not.
    /// </summary>
    public async Task<ushort?> TryAsync(Func<IChannel, Task> attempt, CancellationToken cancellationToken)
    {
        await using IChannel channel = await _connection.CreateChannelAsync(
            new CreateChannelOptions(true, true), cancellationToken);
        try
        {
            await attempt(channel);
            return channel.CloseReason?.ReplyCode;
        }
        catch (Exception exception) when (exception is OperationInterruptedException or PublishException)
        {
            return (exception as OperationInterruptedException
                ?? exception.InnerException as OperationInterruptedException)?.ShutdownReason?.ReplyCode
                ?? channel.CloseReason?.ReplyCode;
        }
    }

    /// <summary>Takes all that comes for the victim before the victim gets it.</summary>
    /// <param name="acknowledges">Whether it tells the broker that all is done with, or never says what became of it.</param>
    public async Task StealAsync(bool acknowledges, CancellationToken cancellationToken)
    {
        IChannel channel = await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, frame) =>
        {
            lock (_lock)
            {
                _stolen.Add(frame.Body.ToArray());
            }

            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(
            _victim.Name, acknowledges, string.Empty, noLocal: false, exclusive: false,
            new Dictionary<string, object?> { ["x-priority"] = FirstInLine }, consumer, cancellationToken);
    }

    /// <summary>Publishes as the victim.</summary>
    public async Task SendAsync(PartyId to, byte[] body, CancellationToken cancellationToken) =>
        await _publishing.BasicPublishAsync(
            $"{_victim.Name}.out", to.Name, mandatory: false, Properties(_victim), body, cancellationToken);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
