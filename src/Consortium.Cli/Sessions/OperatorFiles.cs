using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Hosting.Daemons;
using Consortium.Protocol.Configuration;
using Microsoft.Extensions.Configuration;

namespace Consortium.Cli.Sessions;

/// <summary>Finds the operator's files in the consortium's folder and reads them as a daemon reads its own.</summary>
/// <param name="Options">The same settings that a daemon has; environment variables <c>Consortium__NAME</c> count here too.</param>
/// <param name="Broker">Where the broker is, for people.</param>
internal sealed record OperatorFiles(DaemonOptions Options, string Broker)
{
    /// <summary>Reads the consortium's configuration alone: enough to look at what is already known.</summary>
    /// <exception cref="CommandException">No such file.</exception>
    /// <exception cref="InvalidConfigurationException">The file cannot work.</exception>
    public static ConsortiumConfiguration ReadConfiguration(DirectoryInfo folder)
    {
        string file = Path.Combine(folder.FullName, "consortium.json");
        return File.Exists(file)
            ? ConsortiumFile.Parse(File.ReadAllBytes(file)).ToConfiguration()
            : throw new CommandException(ExitCode.BadInput, $"There is no {file}: name the consortium's folder with --folder.");
    }

    public static string DataFolder(ParseResult parsed, ConsortiumConfiguration configuration) =>
        parsed.GetValue(OperatorOptions.Data)?.FullName
        ?? Path.Combine(parsed.GetRequiredValue(CommonOptions.Folder).FullName, configuration.Operator.Id.Name, "state");

    /// <exception cref="CommandException">Files are missing, or the identity is not the operator's.</exception>
    public static OperatorFiles Read(ParseResult parsed)
    {
        DirectoryInfo folder = parsed.GetRequiredValue(CommonOptions.Folder);
        ConsortiumConfiguration configuration = ReadConfiguration(folder);
        string home = Path.Combine(folder.FullName, configuration.Operator.Id.Name);
        var settings = new Dictionary<string, string?>
        {
            ["Configuration"] = Path.Combine(folder.FullName, "consortium.json"),
            ["Identity"] = Path.Combine(home, "identity"),
            ["PassphraseFile"] = Path.Combine(home, "passphrase"),
            ["BrokerPasswordFile"] = Path.Combine(home, "broker-password"),
        };
        var given = new Dictionary<string, string?> { ["Data"] = DataFolder(parsed, configuration) };
        if (parsed.GetValue(OperatorOptions.Broker) is { } broker)
        {
            (given["BrokerHost"], given["BrokerPort"]) = Split(broker);
        }

        if (parsed.GetValue(OperatorOptions.BrokerRoot) is { } root)
        {
            given["BrokerRootCertificate"] = root.FullName;
        }

        IConfigurationRoot merged = new ConfigurationBuilder()
            .AddInMemoryCollection(Prefixed(settings)).AddEnvironmentVariables().AddInMemoryCollection(Prefixed(given)).Build();
        IConfigurationSection section = merged.GetSection(DaemonOptions.Section);
        string identity = section["Identity"]!;
        if (!File.Exists(identity))
        {
            throw new CommandException(ExitCode.BadInput, $"There is no {identity}: this is for the operator, whose identity file it would be. Is {folder.FullName} the operator's folder?");
        }

        DaemonOptions options = DaemonOptions.Read(merged);
        RequireOperator(options, identity);
        return new OperatorFiles(options, $"{section["BrokerHost"] ?? configuration.Transport.Host}:{section["BrokerPort"] ?? configuration.Transport.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}");
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
            $"{file} is {(owner is null ? "of nobody in this consortium" : $"that of '{owner.Id}', a {owner.Role}")}; only '{configuration.Operator.Id}', the operator, runs sessions. Name the operator's folder with --folder.");
    }

    private static (string Host, string Port) Split(string broker)
    {
        int colon = broker.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(broker.AsSpan(colon + 1), out ushort port) && port > 0
            ? (broker[..colon], broker[(colon + 1)..])
            : throw new CommandException(ExitCode.BadInput, $"--broker takes HOST:PORT such as broker.example:5671, not '{broker}'.");
    }

    private static IEnumerable<KeyValuePair<string, string?>> Prefixed(Dictionary<string, string?> settings) =>
        settings.Select(setting => KeyValuePair.Create($"{DaemonOptions.Section}:{setting.Key}", setting.Value));
}
