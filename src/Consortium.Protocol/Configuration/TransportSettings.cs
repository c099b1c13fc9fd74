namespace Consortium.Protocol.Configuration;

/// <summary>
/// Where the broker is, and whether it is reached by TLS. Part of the configuration's digest, so that nobody turns TLS off, or
/// names another broker, in a file that still passes for the agreed one. A daemon may be given another name for the same broker
/// by its own settings.
/// </summary>
public sealed record TransportSettings
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string VirtualHost { get; init; }

    public required bool UseTls { get; init; }
}
