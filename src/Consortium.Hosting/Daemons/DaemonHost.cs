using Consortium.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Hosting;

namespace Consortium.Hosting.Daemons;

/// <summary>A process that is one daemon.</summary>
public static class DaemonHost
{
    /// <summary>
    /// Reads the settings, runs until stopped, and gives the exit code: 0, 1 for a failure, 2 for settings that cannot work.
    /// </summary>
    public static async Task<int> RunAsync(
        string[] args, PartyRole role, DaemonAdapters adapters, Action<IHostApplicationBuilder, DaemonOptions> add)
    {
        HostApplicationBuilder builder = CreateBuilder(args);
        try
        {
            RejectSecretsIn(args);
            DaemonOptions options = DaemonOptions.Read(builder.Configuration, adapters);
            builder.AddObservability(role.ToString().ToLowerInvariant(), options.FindSelf(role).Id);
            add(builder, options);
        }
        catch (Exception exception) when (exception is InvalidConfigurationException or MalformedDataException or IOException
            or UnauthorizedAccessException or WrongPassphraseException or ExposedKeyFileException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 2;
        }

        await builder.Build().RunAsync();
        return Environment.ExitCode;
    }

    /// <summary>
    /// The generic host's, without watching files: settings are read once, and in containers the system's watches may be used up.
    /// </summary>
    internal static HostApplicationBuilder CreateBuilder(string[] args) =>
        Host.CreateApplicationBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);

    /// <exception cref="InvalidConfigurationException">Any user of the machine can read it in the list of processes.</exception>
    internal static void RejectSecretsIn(IEnumerable<string> args)
    {
        foreach (string secret in (string[])["Passphrase", "BrokerPassword"])
        {
            string name = $"{DaemonOptions.Section}:{secret}";
            if (args.Any(
                arg => arg.TrimStart('-', '/')
                    .Split('=')[0]
                    .Replace("__", ":", StringComparison.Ordinal)
                    .Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new InvalidConfigurationException(
                    "The command line",
                    [new Problem(
                        name,
                        $"Every user of this machine can read arguments in the list of processes. Use {secret}File, "
                            + $"{secret}Descriptor or a systemd credential, and change this secret.")]);
            }
        }
    }
}
