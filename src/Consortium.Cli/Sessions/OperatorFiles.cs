using System.CommandLine;
using System.Globalization;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.RabbitMq;
using Consortium.Hosting.Sqlite;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Microsoft.Extensions.Configuration;

namespace Consortium.Cli.Sessions;

/// <summary>Finds the operator's files in the consortium's folder and reads them as a daemon reads its own.</summary>
/// <param name="Options">The same settings that a daemon has; environment variables <c>Consortium__NAME</c> count here
/// too.</param>
/// <param name="Data">Where the operator's journal is.</param>
/// <param name="Broker">Where the broker is, for people.</param>
internal sealed record OperatorFiles(DaemonOptions Options, string Data, string Broker)
{
    public static ConsortiumHome Home(ParseResult parsed) => new(parsed.GetRequiredValue(CommonOptions.Folder).FullName);

    /// <summary>Where the operator's journal is.</summary>
    public static string DataFolder(ParseResult parsed, ConsortiumConfiguration configuration) =>
        parsed.GetValue(OperatorOptions.Data)?.FullName
        ?? Home(parsed).Of(configuration.Operator.Id).StateFolder;

    /// <summary>Where the broker is, if <see cref="OperatorOptions.Broker"/> says so.</summary>
    /// <exception cref="CommandException">It is no host and port.</exception>
    public static (string Host, int Port)? BrokerAt(ParseResult parsed)
    {
        if (parsed.GetValue(OperatorOptions.Broker) is not { } broker)
        {
            return null;
        }

        int colon = broker.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(broker.AsSpan(colon + 1), out ushort port) && port > 0
            ? (broker[..colon], port)
            : throw new CommandException(
                ExitCode.BadInput, $"--broker takes HOST:PORT such as broker.example:5671, not '{broker}'.");
    }

    /// <exception cref="CommandException">Files are missing, or the identity is not the operator's.</exception>
    public static async Task<OperatorFiles> ReadAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        ConsortiumHome home = Home(parsed);
        ConsortiumConfiguration configuration = home.ReadConfiguration();
        PartyHome party = home.Of(configuration.Operator.Id);
        var settings = new Dictionary<string, string?>
        {
            ["Configuration"] = home.ConfigurationFile,
            ["Identity"] = party.IdentityFile,
            ["BrokerPasswordFile"] = party.BrokerPasswordFile,

            // The operator's own signature over the file, which RequireOperator ties to the operator's key, does here what a
            // pinned digest does for the others.
            ["Digest"] = configuration.Digest.ToString(),
        };
        var given = new Dictionary<string, string?> { ["Data"] = DataFolder(parsed, configuration) };
        if (BrokerAt(parsed) is (string host, int port))
        {
            given["BrokerHost"] = host;
            given["BrokerPort"] = port.ToString(CultureInfo.InvariantCulture);
        }

        if (parsed.GetValue(OperatorOptions.BrokerRoot) is { } root)
        {
            given["BrokerRootCertificate"] = root.FullName;
        }

        IConfigurationRoot merged = new ConfigurationBuilder()
            .AddInMemoryCollection(Prefixed(settings)).AddEnvironmentVariables().AddInMemoryCollection(Prefixed(given)).Build();
        IConfigurationSection section = merged.GetSection(DaemonOptions.Section);
        if ((section["BrokerPassword"] ?? section["BrokerPasswordDescriptor"]) is not null
            && section["BrokerPasswordFile"] == party.BrokerPasswordFile)
        {
            section["BrokerPasswordFile"] = null; // the usual place; what is given goes before it
        }

        string identity = section["Identity"]!;
        if (!File.Exists(identity))
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"There is no {identity}, the operator's keys: run this where they are, or name the folder with --folder.");
        }

        if (section["Passphrase"] is null && section["PassphraseFile"] is null && section["PlaintextIdentity"] is null)
        {
            section["Passphrase"] = await Passphrase.OfAsync(
                terminal, party, parsed.GetValue(PassphraseOptions.File), cancellationToken);
        }

        DaemonOptions options = DaemonOptions.Read(
            merged, new DaemonAdapters(FolderStorage.FromSettings, RabbitMqTransport.FromSettings));
        RequireOperator(options, identity);
        string brokerHost = section["BrokerHost"] ?? configuration.Transport.Host;
        string brokerPort = section["BrokerPort"] ?? configuration.Transport.Port.ToString(CultureInfo.InvariantCulture);
        return new OperatorFiles(options, DataFolder(parsed, configuration), $"{brokerHost}:{brokerPort}");
    }

    private static void RequireOperator(DaemonOptions options, string file)
    {
        ConsortiumConfiguration configuration = options.Configuration;
        if (options.Identity.Public.Digest.SequenceEqual(configuration.Operator.Identity.Digest))
        {
            return;
        }

        Member? owner = configuration.Participants.Concat(configuration.KeyHolders).Append(configuration.Aggregator)
            .FirstOrDefault(member => member.Identity.Digest.SequenceEqual(options.Identity.Public.Digest));
        options.Identity.Dispose();
        throw new CommandException(
            ExitCode.BadInput,
            $"{file} is {(owner is null ? "of nobody in this consortium" : $"that of '{owner.Id}', a {owner.Role}")}; only "
                + $"'{configuration.Operator.Id}', the operator, runs sessions. Name the operator's folder with --folder.");
    }

    private static IEnumerable<KeyValuePair<string, string?>> Prefixed(Dictionary<string, string?> settings) =>
        settings.Select(setting => KeyValuePair.Create($"{DaemonOptions.Section}:{setting.Key}", setting.Value));
}
