using System.Security.Authentication;
using Consortium.Hosting.Bus;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// Logs in once before MassTransit does, which would try for ever: what waiting cannot mend is told to the operator in plain
/// words.
/// </summary>
public static class BrokerProbe
{
    /// <exception cref="BusException">
    /// Wrong name or password, no such virtual host, a certificate that is not trusted.
    /// </exception>
    /// <exception cref="BrokerUnreachableException">Nobody answers yet.</exception>
    public static async Task<BrokerStatus> RunAsync(BrokerAddress broker, CancellationToken cancellationToken)
    {
        try
        {
            await using IConnection connection = await BrokerConnection.OpenAsync(
                broker, BusNames.Connection(broker.User, "probe"), cancellationToken);
            await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            QueueDeclareOk queue = await channel.QueueDeclarePassiveAsync(BusNames.Queue(broker.User), cancellationToken);
            await channel.ExchangeDeclarePassiveAsync(BusNames.Exchange(broker.User), cancellationToken);
            return new BrokerStatus((int)queue.ConsumerCount, await AlarmAsync(connection, broker, cancellationToken));
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == 404)
        {
            throw new BusException(
                $"{broker} has no queue or exchange for {broker.User}: load the consortium's broker definitions into it.",
                exception);
        }
        catch (Exception exception) when (Explain(broker, exception) is { } explanation)
        {
            throw new BusException(explanation, exception);
        }
    }

    private static async Task<string?> AlarmAsync(
        IConnection connection, BrokerAddress broker, CancellationToken cancellationToken)
    {
        PublishTrial trial = await PublishTrial.OpenAsync(
            connection, BusNames.Exchange(broker.User), static _ => { }, cancellationToken);
        Task publication = await trial.TryAsync(cancellationToken);
        if (trial.Alarm is null)
        {
            await publication;
            return null;
        }

        await BrokerConnection.AbortAsync(connection);
        await publication.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the broker never took it
        return trial.Alarm;
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
                    return $"{broker} has a certificate that is not trusted for '{broker.Tls?.ServerName}': "
                        + $"{broker.Tls?.DateProblem ?? "check the root certificate and the server's name"}.";
            }
        }

        return null;
    }
}
