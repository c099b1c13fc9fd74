using System.CommandLine;
using System.Globalization;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Spectre.Console;

namespace Consortium.Cli.Trials;

/// <summary>
/// <c>trial up</c>, <c>trial status</c> and <c>trial down</c>: a whole consortium as processes on this machine.
/// </summary>
internal sealed class TrialCommands(Terminal terminal)
{
    /// <summary>A port that Debian's own RabbitMQ does not take.</summary>
    private const string Port = "5680";

    private static readonly Option<DirectoryInfo?> Daemons = new("--daemons")
    {
        Description = "The folder with the daemons' programs (default: this program's own)",
        HelpName = "DIR",
    };

    private static readonly Option<int> Wait =
        NumberOption.Create("--wait", "Seconds to wait until all are ready", 180, 1, 3_600);

    public static Command Create(Terminal terminal)
    {
        var commands = new TrialCommands(terminal);
        return new Command("trial", "Run a whole trial consortium on this machine: a private RabbitMQ and every party's daemon")
        {
            Verb.Create(
                "up",
                "Start the broker and all daemons, and wait until they are ready; writes the trial with `init --trial` if "
                    + "the folder has none",
                ["trial up --folder consortium-home"],
                [CommonOptions.Folder, Daemons, Wait], commands.UpAsync),
            Verb.Create(
                "status", "Show which processes run and are ready",
                ["trial status --folder consortium-home", "trial status --json"],
                [CommonOptions.Folder, CommonOptions.Json], commands.StatusAsync),
            Verb.Create(
                "down", "Stop the daemons and the broker; their data stays",
                ["trial down --folder consortium-home"],
                [CommonOptions.Folder], commands.DownAsync),
        };
    }

    private async Task<ExitCode> UpAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var programs = new TrialPrograms(parsed.GetValue(Daemons)?.FullName ?? AppContext.BaseDirectory);
        programs.Require();
        TrialFolder folder = FolderOf(parsed);
        if (!File.Exists(folder.Home.ConfigurationFile))
        {
            string[] init = ["--trial", "--folder", folder.Home.Path, "--port", Port];
            var invocation = new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
            };
            await InitCommand.Create(terminal).Parse(init).InvokeAsync(invocation, cancellationToken); // throws if it cannot
        }

        Require(folder);
        using FileStream held = folder.Lock();
        if (folder.Read().Count(process => process.IsRunning) is > 0 and var running)
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"This trial is up: {running} of its processes run. `trial status` shows them, `trial down` stops them.");
        }

        IReadOnlyList<TrialProcess> started = await new TrialRun(folder, TimeProvider.System).StartAsync(
            programs,
            TimeSpan.FromSeconds(parsed.GetValue(Wait)),
            name => terminal.Note($"{name} is {(name == "broker" ? "started" : "ready")}"),
            cancellationToken);
        terminal.Out.WriteLine($"{folder.Home.Path}: the broker and {started.Count - 1} daemons are ready.");
        terminal.Out.WriteLine(
            $"logs         {Path.Combine(folder.Home.Path, "PARTY", "log")} and {Path.Combine(folder.BrokerFolder, "log")}");
        terminal.Out.WriteLine($"stop with    {HelpWithExamples.Program} trial down --folder {folder.Home.Path}");
        return ExitCode.Done;
    }

    private async Task<ExitCode> StatusAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using HttpClient http = TrialRun.NewHttpClient();
        var processes = new List<TrialStatus>();
        foreach (TrialProcess process in FolderOf(parsed).Read())
        {
            processes.Add(new TrialStatus(
                process.Name, process.Pid, process.IsRunning, await process.IsReadyAsync(http, cancellationToken), process.Log,
                process.Ready));
        }

        bool isUp = processes.Count > 0 && processes.TrueForAll(process => process.IsReady);
        if (parsed.GetValue(CommonOptions.Json))
        {
            terminal.WriteJson(new { isUp, processes });
        }
        else if (processes.Count == 0)
        {
            terminal.Note("This trial is down. `trial up` starts it.");
        }
        else
        {
            var table = new Table().Border(TableBorder.Simple).AddColumns("process", "pid", "status", "log");
            foreach (TrialStatus process in processes)
            {
                string status = process.IsReady ? "ready" : process.IsRunning ? "starting" : "ended";
                table.AddRow(
                    new Text(process.Name), new Text(process.Pid.ToString(CultureInfo.InvariantCulture)), new Text(status),
                    new Text(process.Log));
            }

            terminal.Page.Write(table);
        }

        return isUp ? ExitCode.Done : ExitCode.DoesNotHold;
    }

    private async Task<ExitCode> DownAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        TrialFolder folder = FolderOf(parsed);
        Require(folder);
        using FileStream held = folder.Lock();
        int stopped = await new TrialRun(folder, TimeProvider.System).StopAsync(folder.Read());
        terminal.Out.WriteLine(
            stopped == 0 ? "This trial was down already." : $"Stopped {stopped} processes. `trial up` starts them again.");
        return ExitCode.Done;
    }

    private static TrialFolder FolderOf(ParseResult parsed) =>
        new(new ConsortiumHome(parsed.GetRequiredValue(CommonOptions.Folder).FullName));

    /// <exception cref="CommandException">There is no trial.</exception>
    private static void Require(TrialFolder folder)
    {
        if (!File.Exists(folder.BrokerSettings))
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"{folder.Home.Path} holds no trial: name a new folder with --folder, or one that `init --trial` wrote.");
        }
    }
}
