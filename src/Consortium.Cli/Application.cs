using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Consortium.Cli.Alerts;
using Consortium.Cli.Auditing;
using Consortium.Cli.Checkup;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Completion;
using Consortium.Cli.Data;
using Consortium.Cli.Demo;
using Consortium.Cli.Enrolment;
using Consortium.Cli.Ledgers;
using Consortium.Cli.Models;
using Consortium.Cli.Privacy;
using Consortium.Cli.Receipts;
using Consortium.Cli.Reporting;
using Consortium.Cli.Sessions;
using Consortium.Cli.Simulation;
using Consortium.Cli.Trials;

namespace Consortium.Cli;

/// <summary>The program: its commands, and what becomes of arguments and exceptions.</summary>
internal static class Application
{
    /// <summary>Runs one command line and gives its exit code (<see cref="ExitCode"/>). Never throws.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellationToken = default)
    {
        ParseResult parsed = Commands(terminal).Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
        {
            foreach (ParseError error in parsed.Errors)
            {
                terminal.Note(error.Message);
            }

            terminal.Note($"See `{CommandPath(parsed.CommandResult)} --help`.");
            return (int)ExitCode.BadInput;
        }

        var invocation = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        };
        try
        {
            return await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (Exception exception)
        {
            terminal.Note(Failure.Describe(exception));
            if (parsed.GetValue(CommonOptions.Verbose))
            {
                terminal.Note(exception.ToString());
            }

            return (int)Failure.CodeOf(exception);
        }
    }

    internal static RootCommand Commands(Terminal terminal)
    {
        var root = new RootCommand("Banks learn one anti-money-laundering model together, and none sees another's data.");
        root.Options.Add(CommonOptions.Verbose);
        root.Subcommands.Add(DemoCommands.Create(terminal));
        root.Subcommands.Add(ReportCommands.Create(terminal));
        foreach (Command command in ConsortiumCommands.Create(terminal))
        {
            root.Subcommands.Add(command);
        }

        root.Subcommands.Add(IdentityCommands.Create(terminal));
        root.Subcommands.Add(MemberCommands.Create(terminal));
        root.Subcommands.Add(BrokerCommands.Create(terminal));
        root.Subcommands.Add(DoctorCommand.Create(terminal));
        root.Subcommands.Add(LedgerCommands.Create(terminal));
        root.Subcommands.Add(PrivacyCommands.Create(terminal));
        root.Subcommands.Add(TrialCommands.Create(terminal));
        root.Subcommands.Add(SimulateCommand.Create(terminal));
        root.Subcommands.Add(CompletionCommands.Create(terminal));
        root.Subcommands.Add(SessionCommands.Session(terminal));
        root.Subcommands.Add(SessionCommands.Round(terminal));
        root.Subcommands.Add(AuditCommands.Create(terminal));
        root.Subcommands.Add(AlertCommands.Create(terminal, TimeProvider.System));
        root.Subcommands.Add(DataCommands.Create(terminal));
        root.Subcommands.Add(ModelCommands.Model(terminal));
        root.Subcommands.Add(ModelCommands.Score(terminal));
        root.Subcommands.Add(ReceiptCommands.Create(terminal));
        root.SetAction(_ => root.Parse("--help").Invoke(new InvocationConfiguration { Output = terminal.Out }));
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, ["demo", "check --folder consortium-config"]);
        return root;
    }

    private static string CommandPath(CommandResult? result)
    {
        var names = new List<string>();
        for (; result is not null; result = result.Parent as CommandResult)
        {
            names.Add(result.Command is RootCommand ? HelpWithExamples.Program : result.Command.Name);
        }

        names.Reverse();
        return string.Join(' ', names);
    }
}
