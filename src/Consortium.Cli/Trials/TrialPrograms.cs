using System.Runtime.InteropServices;
using Consortium.Cli.CommandLine;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Trials;

/// <summary>The programs that a trial starts.</summary>
/// <param name="Folder">Where the daemons are: beside this program unless said otherwise.</param>
internal sealed record TrialPrograms(string Folder)
{
    /// <summary>As Debian installs it.</summary>
    public const string Broker = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    /// <summary>The <c>dotnet</c> that runs this program, whatever started it.</summary>
    public static string Dotnet { get; } =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    public string DaemonOf(PartyRole role) => Path.Combine(Folder, role switch
    {
        PartyRole.Participant => "consortium-participant.dll",
        PartyRole.Aggregator => "consortium-aggregator.dll",
        PartyRole.KeyHolder => "consortium-key-holder.dll",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "The operator has no daemon."),
    });

    /// <exception cref="CommandException">One is missing.</exception>
    public void Require()
    {
        if (!File.Exists(Broker))
        {
            throw new CommandException(
                ExitCode.BadInput, $"There is no {Broker}: install RabbitMQ with `apt-get install rabbitmq-server`.");
        }

        foreach (PartyRole role in (ReadOnlySpan<PartyRole>)[PartyRole.Participant, PartyRole.Aggregator, PartyRole.KeyHolder])
        {
            if (!File.Exists(DaemonOf(role)))
            {
                throw new CommandException(
                    ExitCode.BadInput, $"There is no {DaemonOf(role)}: name the folder of the daemons' programs with --daemons.");
            }
        }
    }
}
