using System.Security.Authentication;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Consortium.Hosting.Bus;

/// <summary>
/// Logs in once before MassTransit does, which would try for ever: what waiting cannot mend is told to the operator in plain words.
/// </summary>
public static class BrokerProbe
{
    /// <returns>How many read the party's queue.</returns>
    /// <exception cref="BusException">Wrong name or password, no such virtual host, a certificate that is not trusted.</exception>
    /// <exception cref="BrokerUnreachableException">Nobody answers yet.</exception>
    public static async Task<int> RunAsync(BrokerAddress broker, CancellationToken cancellationToken)
    {
        try
        {
            await using IConnection connection = await BrokerConnection.OpenAsync(broker, $"{broker.User} probe", cancellationToken);
            await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            QueueDeclareOk queue = await channel.QueueDeclarePassiveAsync(BusNames.Queue(broker.User), cancellationToken);
            await channel.ExchangeDeclarePassiveAsync(BusNames.Exchange(broker.User), cancellationToken);
            return (int)queue.ConsumerCount;
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == 404)
        {
            throw new BusException($"{broker} has no queue or exchange for {broker.User}: load the consortium's broker definitions into it.", exception);
        }
        catch (Exception exception) when (Explain(broker, exception) is { } explanation)
        {
            throw new BusException(explanation, exception);
        }
    }

    internal static string? Explain(BrokerAddress broker, Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            switch (exception)
            {
                case AuthenticationFailureException or PossibleAuthenticationFailureException:
                    return $"{broker} rejected the login: wrong user name or password.";
                case OperationInterruptedException { ShutdownReason.ReplyCode: 530 }:
                    return $"{broker} has no such virtual host, or {broker.UserName} has no right to it.";
                case AuthenticationException:
                    return $"{broker} has a certificate that is not trusted for '{broker.Tls?.ServerName}': check the root certificate and the server's name.";
            }
        }

        return null;
    }
}
