using Consortium.Cli.CommandLine;
using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Demo;

/// <summary>
/// A real broker for a demonstration: one user of it plays all parties, so its permissions keep nobody apart. The encryption
/// does.
/// </summary>
internal sealed record DemoBroker(string Host, int Port, string VirtualHost, string User, string Password, bool UseTls)
{
    private const int Amqp = 5672;
    private const int Amqps = 5671;

    /// <summary>
    /// Reads <c>amqp://user:password@host:port/vhost</c>; without a virtual host it is the broker's first, <c>/</c>.
    /// </summary>
    /// <exception cref="CommandException">The address cannot be worked with.</exception>
    public static DemoBroker Parse(string address)
    {
        if (
            !Uri.TryCreate(address, UriKind.Absolute, out Uri? uri)
                || uri.Scheme is not ("amqp" or "amqps") || uri.Host.Length == 0)
        {
            throw Wrong("it is no broker's address");
        }

        if (uri.UserInfo.Split(':') is not [{ Length: > 0 } user, { Length: > 0 } password])
        {
            throw Wrong("it names no user and password");
        }

        bool isTls = uri.Scheme == "amqps";
        string path = Uri.UnescapeDataString(uri.AbsolutePath.Length > 1 ? uri.AbsolutePath[1..] : "/");
        return new DemoBroker(
            uri.Host, uri.Port > 0 ? uri.Port : isTls ? Amqps : Amqp, path, Uri.UnescapeDataString(user),
            Uri.UnescapeDataString(password), isTls);

        CommandException Wrong(string why) => new(
            ExitCode.BadInput, $"--transport: {why}. Write amqp://user:password@host:port/vhost (amqps for TLS).");
    }

    public BrokerAddress AddressOf(PartyId party) => new()
    {
        Host = Host,
        Port = Port,
        VirtualHost = VirtualHost,
        User = party,
        Login = User,
        Password = Password,
        Tls = UseTls ? new BrokerTls { ServerName = Host } : null,
    };

    /// <summary>Finds out before the work whether the broker lets this user in.</summary>
    /// <exception cref="BusException">It does not.</exception>
    public Task CheckAsync(CancellationToken cancellationToken) =>
        DeclaredTopology.CheckAsync(AddressOf(new PartyId("aggregator")), cancellationToken);

    /// <summary>Declares the parties' queues and exchanges; disposing of what it gives deletes them.</summary>
    public async Task<IAsyncDisposable> DeclareAsync(BusTopology topology, CancellationToken cancellationToken) =>
        await DeclaredTopology.DeclareAsync(AddressOf(topology.Parties.First()), topology, cancellationToken);
}
