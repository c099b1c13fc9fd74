using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Bus;

/// <summary>Where the broker is and as whom to log in.</summary>
public sealed record BrokerAddress
{
    public required string Host { get; init; }

    public int Port { get; init; } = 5671;

    public string VirtualHost { get; init; } = "consortium";

    /// <summary>The broker's user is named like the party.</summary>
    public required PartyId User { get; init; }

    public required string Password { get; init; }

    /// <summary>Null speaks plain AMQP, which is for a broker on the same machine only.</summary>
    public BrokerTls? Tls { get; init; }

    public override string ToString() => $"{(Tls is null ? "amqp" : "amqps")}://{User}:(redacted)@{Host}:{Port}/{VirtualHost}";
}
