using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Consortium.Cli.CommandLine;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.RabbitMq;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Enrolment;

/// <summary>What the broker is given: settings, and users, queues and permissions that follow from the configuration.</summary>
internal static class BrokerFiles
{
    /// <summary>Where a broker that was installed as a package or runs in a container looks for its files.</summary>
    private const string Installed = "/etc/rabbitmq";

    private const int RoomBesideAFrame = 64 * 1024;

    /// <summary>Everyone who logs in, and the broker's own operator.</summary>
    public static ImmutableArray<PartyId> Users(ConsortiumConfiguration configuration) =>
        [.. Parties(configuration), MemberName.BrokerOperator];

    /// <summary>
    /// Writes passwords that are not there yet, then definitions.json and rabbitmq.conf. Passwords that are there stay, so that
    /// members
    /// need no new ones when somebody joins.
    /// </summary>
    /// <param name="written">Where it is written.</param>
    /// <param name="replace">Whether definitions and settings that are there may be replaced.</param>
    /// <exception cref="CommandException">They are there, and may not.</exception>
    public static void Write(ConsortiumHome written, ConsortiumConfiguration configuration, bool replace)
    {
        foreach (string file in (string[])[written.DefinitionsFile, written.BrokerConfigurationFile])
        {
            if (File.Exists(file) && !replace)
            {
                throw new CommandException(
                    ExitCode.BadInput,
                    $"{file} is there already: say --replace to write it anew from consortium.json. Passwords stay as they "
                        + $"are; what you changed in rabbitmq.conf is lost.");
            }
        }

        Dictionary<PartyId, string> hashes = Users(configuration).ToDictionary(
            user => user,
            user => BrokerPassword.Hash(PasswordOf(written.Of(user)), RandomNumberGenerator.GetBytes(BrokerPassword.SaltLength)));
        BrokerLimits limits = LimitsFor(configuration);
        var topology = BusTopology.Star(
            configuration.Aggregator.Id, Parties(configuration).Where(party => party != configuration.Aggregator.Id));
        DurableFile.Replace(written.DefinitionsFile, Encoding.UTF8.GetBytes(BrokerDefinitions.ToJson(
            topology, hashes, MemberName.BrokerOperator, hashes[MemberName.BrokerOperator], limits,
            configuration.Transport.VirtualHost)));
        DurableFile.Replace(written.BrokerConfigurationFile, Encoding.UTF8.GetBytes(
            BrokerDefinitions.ToBrokerConfiguration(
                $"{Installed}/definitions.json", limits) + Listeners(configuration.Transport)));
    }

    /// <summary>Limits under which every message of the configuration passes.</summary>
    public static BrokerLimits LimitsFor(ConsortiumConfiguration configuration) =>
        new() { MessageBytes = DaemonOptions.LimitsFor(configuration).FrameBytes + RoomBesideAFrame };

    private static IEnumerable<PartyId> Parties(ConsortiumConfiguration configuration) =>
        configuration.Participants.Concat(configuration.KeyHolders).Append(
            configuration.Aggregator).Append(configuration.Operator).Select(member => member.Id);

    private static string PasswordOf(PartyHome user)
    {
        if (File.Exists(user.BrokerPasswordFile))
        {
            return File.ReadLines(user.BrokerPasswordFile).FirstOrDefault() is { Length: > 0 } password
                ? password
                : throw new CommandException(
                    ExitCode.BadInput, $"{user.BrokerPasswordFile} is empty: remove it, and a password is drawn anew.");
        }

        string drawn = Passphrase.Draw();
        DurableFile.CreateOwnersFolder(user.Path);
        DurableFile.WriteNew(user.BrokerPasswordFile, Encoding.UTF8.GetBytes(drawn + "\n"), ownerOnly: true);
        return drawn;
    }

    /// <summary>Over TLS nothing else is listened to; its certificate is the operator's to put there.</summary>
    private static string Listeners(TransportSettings transport) => !transport.UseTls ? string.Empty :
        $"""
        listeners.tcp = none
        listeners.ssl.default = {transport.Port}
        ssl_options.cacertfile = {Installed}/ca.pem
        ssl_options.certfile = {Installed}/server.pem
        ssl_options.keyfile = {Installed}/server-key.pem
        ssl_options.verify = verify_none
        ssl_options.versions.1 = tlsv1.3
        ssl_options.versions.2 = tlsv1.2

        """;
}
