using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Protocol.Configuration;

namespace Consortium.Cli.Enrolment;

/// <summary>
/// <c>broker</c>: what RabbitMQ is given. Whoever runs the broker for the consortium does this, as a rule the operator.
/// </summary>
internal sealed class BrokerCommands(Terminal terminal)
{
    private static readonly Option<bool> Replace = new("--replace")
    {
        Description = "Write definitions.json and rabbitmq.conf anew, for instance when a member joined",
    };

    public static Command Create(Terminal terminal)
    {
        var commands = new BrokerCommands(terminal);
        return new Command("broker", "The message broker's settings")
        {
            Verb.Create(
                "definitions", "Write rabbitmq.conf, definitions.json and a password for every party",
                ["broker definitions", "broker definitions --replace"],
                [Replace, CommonOptions.Folder], (parsed, _) => Task.FromResult(commands.Definitions(parsed))),
        };
    }

    private ExitCode Definitions(ParseResult parsed)
    {
        var home = new ConsortiumHome(parsed.GetRequiredValue(CommonOptions.Folder).FullName);
        ConsortiumConfiguration configuration = home.ReadConfiguration();
        BrokerFiles.Write(home, configuration, parsed.GetValue(Replace));
        terminal.Out.WriteLine(
            $"for the broker's machine, in /etc/rabbitmq: {home.BrokerConfigurationFile}, {home.DefinitionsFile}");
        terminal.Out.WriteLine("for each party, on a confidential channel:");
        foreach (Protocol.Configuration.PartyId user in BrokerFiles.Users(configuration))
        {
            terminal.Out.WriteLine($"  {home.Of(user).BrokerPasswordFile}");
        }

        if (configuration.Transport.UseTls)
        {
            terminal.Note(
                "The broker's certificate goes beside them: ca.pem, server.pem and server-key.pem, for the host that "
                    + "consortium.json names.");
        }

        return ExitCode.Done;
    }
}
