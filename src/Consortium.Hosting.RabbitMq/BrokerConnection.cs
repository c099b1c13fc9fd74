using RabbitMQ.Client;

namespace Consortium.Hosting.RabbitMq;

/// <summary>Logs in with RabbitMQ's own client, for what needs no MassTransit: the probe and reading dead letters.</summary>
internal static class BrokerConnection
{
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromMilliseconds(500);

    public static Task<IConnection> OpenAsync(BrokerAddress broker, string name, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            HostName = broker.Host,
            Port = broker.Port,
            VirtualHost = broker.VirtualHost,
            UserName = broker.UserName,
            Password = broker.Password,
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(10),
        };
        if (broker.Tls is { } tls)
        {
            factory.Ssl = new SslOption(tls.ServerName)
            {
                Enabled = true,
                CertificateValidationCallback = tls.IsTrusted,
                Certs = tls.ClientCertificate is null ? null : [tls.ClientCertificate],
            };
        }

        return factory.CreateConnectionAsync(name, cancellationToken);
    }

    /// <summary>Ends a connection that a broker may be blocking: such a broker answers nothing, not even a farewell.</summary>
    public static Task AbortAsync(IConnection connection) => connection.AbortAsync(FarewellLimit);
}
