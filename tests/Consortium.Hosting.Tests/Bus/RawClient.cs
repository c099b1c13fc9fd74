using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using RabbitMQ.Client;

namespace Consortium.Hosting.Tests.Bus;

/// <summary>
/// A stranger's program with a party's credentials: RabbitMQ's own client, which does whatever the broker lets it.
/// </summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly IConnection _connection;

    private RawClient(IConnection connection, IChannel channel) => (_connection, Channel) = (connection, channel);

    public IChannel Channel { get; }

    public static async Task<RawClient> OpenAsync(BrokerAddress broker)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        IConnection connection = await BrokerConnection.OpenAsync(broker, "stranger", cancellation);
        return new RawClient(connection, await connection.CreateChannelAsync(new CreateChannelOptions(true, true), cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
