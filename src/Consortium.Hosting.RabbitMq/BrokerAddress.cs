using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.RabbitMq;

/// <summary>Where the broker is and as whom to log in.</summary>
public sealed record BrokerAddress
{
    public required string Host { get; init; }

    public int Port { get; init; } = 5671;

    public string VirtualHost { get; init; } = "consortium";

    /// <summary>The broker's user is named like the party.</summary>
    public required PartyId User { get; init; }

    /// <summary>
    /// The user to log in as where one user plays several parties, as in a demonstration; null for the party's own.
    /// </summary>
    public string? Login { get; init; }

    public required string Password { get; init; }

    /// <summary>Null speaks plain AMQP, which is for a broker on the same machine only.</summary>
    public BrokerTls? Tls { get; init; }

    internal string UserName => Login ?? User.Name;

    public override string ToString() =>
        $"{(Tls is null ? "amqp" : "amqps")}://{UserName}:(redacted)@{Host}:{Port}/{VirtualHost}";
}
