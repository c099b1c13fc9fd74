using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Trials;

/// <summary>Starts and stops the broker and the daemons of a trial. They are processes that outlive this command.</summary>
internal sealed class TrialRun(TrialFolder folder, TimeProvider time)
{
    private const string BrokerName = "broker";
    private const int Terminate = 15;
    private const int Kill = 9;
    private const int LogLines = 5;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(12);

    private readonly List<TrialProcess> _processes = [];

    /// <summary>
    /// Starts everything and waits until all of it is ready. What was started is stopped again if that fails or is interrupted.
    /// </summary>
    /// <param name="limit">How long to wait.</param>
    /// <param name="tell">Told who is ready.</param>
    /// <exception cref="CommandException">A process ended, or was not ready in time.</exception>
    public async Task<IReadOnlyList<TrialProcess>> StartAsync(
        TrialPrograms programs, TimeSpan limit, Action<string> tell, CancellationToken cancellationToken)
    {
        try
        {
            Start(BrokerName, folder.BrokerFolder, folder.BrokerSettings, null, [TrialPrograms.Broker]);
            ConsortiumConfiguration configuration = folder.Home.ReadConfiguration();
            foreach (
                Member daemon in configuration.KeyHolders.Prepend(configuration.Aggregator).Concat(configuration.Participants))
            {
                cancellationToken.ThrowIfCancellationRequested();
                PartyHome party = folder.Home.Of(daemon.Id);
                Start(
                    daemon.Id.Name, party.Path, party.SettingsFile, "Consortium__Health",
                    [TrialPrograms.Dotnet, programs.DaemonOf(daemon.Role)]);
            }

            await WaitUntilReadyAsync(limit, tell, cancellationToken);
            return _processes;
        }
        catch
        {
            await StopAsync(_processes);
            throw;
        }
    }

    /// <summary>Stops processes: the daemons first, each given time to end by itself, then the broker.</summary>
    /// <returns>How many were running.</returns>
    public async Task<int> StopAsync(IReadOnlyList<TrialProcess> processes)
    {
        TrialProcess[] running = [.. processes.Where(process => process.IsRunning)];
        await EndAsync([.. running.Where(process => process.Name != BrokerName)], null);
        int? machine = File.Exists(folder.BrokerPid)
            && int.TryParse(
                File.ReadAllText(folder.BrokerPid), NumberStyles.Integer, CultureInfo.InvariantCulture, out int pid) ? pid : null;
        await EndAsync([.. running.Where(process => process.Name == BrokerName)], machine);
        folder.Forget();
        return running.Length;
    }

    /// <summary>A client that waits for a daemon's answer no longer than it is worth.</summary>
    public static HttpClient NewHttpClient() => new() { Timeout = AnswerLimit };

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int pid, int signal);

    private void Start(string name, string path, string settingsFile, string? health, IEnumerable<string> command)
    {
        string log = Path.Combine(path, "log");
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = folder.Home.Path };
        foreach (
            string argument in (IEnumerable<string>)[
                "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log, .. command])
        {
            start.ArgumentList.Add(argument);
        }

        IReadOnlyDictionary<string, string> settings = ShellSettings.Read(settingsFile);
        foreach ((string setting, string value) in settings)
        {
            start.Environment[setting] = value;
        }

        using Process process = Process.Start(start)!;
        if (TrialProcess.StartOf(process.Id) is not { } started)
        {
            throw new CommandException(ExitCode.Defect, $"{name} ended at once: see {log}.");
        }

        Uri? ready = health is not null
            && settings.TryGetValue(health, out string? address) ? new Uri($"http://{address}/ready") : null;
        _processes.Add(new TrialProcess(name, process.Id, started, log, ready));
        folder.Write(_processes);
    }

    private async Task WaitUntilReadyAsync(TimeSpan limit, Action<string> tell, CancellationToken cancellationToken)
    {
        using HttpClient http = NewHttpClient();
        long began = time.GetTimestamp();
        var waiting = _processes.ToList();
        while (true)
        {
            foreach (TrialProcess process in waiting.ToArray())
            {
                if (await process.IsReadyAsync(http, cancellationToken))
                {
                    waiting.Remove(process);
                    tell(process.Name);
                }
            }

            if (_processes.FirstOrDefault(process => !process.IsRunning) is { } ended)
            {
                throw new CommandException(
                    ExitCode.DoesNotHold, $"{ended.Name} ended before all were ready; everything was stopped. {End(ended)}");
            }

            if (waiting.Count == 0)
            {
                return;
            }

            if (time.GetElapsedTime(began) > limit)
            {
                throw new CommandException(
                    ExitCode.DoesNotHold,
                    $"Not ready within {limit.TotalSeconds:0} seconds: "
                        + $"{string.Join(", ", waiting.Select(process => process.Name))}; everything was stopped. "
                        + $"{End(waiting[0])}");
            }

            await Task.Delay(BetweenLooks, time, cancellationToken);
        }
    }

    private static string End(TrialProcess process) =>
        $"{process.Log} "
            + $"ends:\n{string.Join('\n', File.Exists(process.Log) ? File.ReadLines(process.Log).TakeLast(LogLines) : [])}";

    private async Task EndAsync(IReadOnlyList<TrialProcess> processes, int? besides)
    {
        foreach (TrialProcess process in processes)
        {
            _ = Signal(process.Pid, Terminate);
        }

        long began = time.GetTimestamp();
        while (processes.Any(process => process.IsRunning))
        {
            if (time.GetElapsedTime(began) > StopLimit)
            {
                foreach (
                    int pid in processes.Where(process => process.IsRunning).Select(process => process.Pid).Concat(
                        besides is int other ? [other] : []))
                {
                    _ = Signal(pid, Kill);
                }

                return;
            }

            await Task.Delay(BetweenLooks, time);
        }
    }
}
