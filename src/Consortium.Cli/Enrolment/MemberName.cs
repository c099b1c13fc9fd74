using Consortium.Cli.CommandLine;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Enrolment;

/// <summary>
/// Which party ids can be enrolled. A party's id is also the name of its folder and of its user and queue at the broker, so that
/// names
/// which mean something else there are rejected.
/// </summary>
internal static class MemberName
{
    /// <summary>The broker's user that reads dead letters.</summary>
    public static readonly PartyId BrokerOperator = new("broker-operator");

    private static readonly HashSet<string> Taken =
    [
        BrokerOperator.Name, "broker", "guest", // the last is RabbitMQ's own
        // no file names on Windows
        "con", "prn", "aux", "nul", .. Enumerable.Range(1, 9).SelectMany(i => (string[])[$"com{i}", $"lpt{i}"]),
    ];

    /// <exception cref="CommandException">Not an id, or one that cannot be a folder's and a broker user's name.</exception>
    public static PartyId Parse(string name) =>
        !PartyId.IsValid(name)
            ? throw new CommandException(
                ExitCode.BadInput,
                $"'{name}' cannot name a party: use 1 to {PartyId.MaximumLength} of a-z, 0-9 and '-', starting with a letter.")
        : Taken.Contains(name)
            ? throw new CommandException(
                ExitCode.BadInput, $"'{name}' means something else to the broker or to file systems: choose another name.")
        : new PartyId(name);
}
