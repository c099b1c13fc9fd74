namespace Consortium.Protocol.Configuration;

/// <summary>
/// Where the broker is. Not part of the configuration's digest: members may reach one broker by different names, and moving it
/// changes nothing that anyone signed.
/// </summary>
public sealed record TransportSettings
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string VirtualHost { get; init; }

    public required bool UseTls { get; init; }
}
