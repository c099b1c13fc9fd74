using System.Diagnostics;
using Consortium.Cli.CommandLine;
using Spectre.Console;

namespace Consortium.Cli.Demo;

/// <summary>Live progress on standard error: bars where a person looks, a line now and then where output is piped.</summary>
internal sealed class Stages
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    private readonly Terminal _terminal;
    private readonly ProgressContext? _live;

    private Stages(Terminal terminal, ProgressContext? live)
    {
        _terminal = terminal;
        _live = live;
    }

    public static async Task<T> RunAsync<T>(Terminal terminal, Func<Stages, Task<T>> work)
    {
        if (!terminal.Screen.Profile.Capabilities.Interactive || !terminal.Screen.Profile.Capabilities.Ansi)
        {
            return await work(new Stages(terminal, null));
        }

        return await terminal.Screen.Progress()
            .Columns(
                new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(),
                new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(context => work(new Stages(terminal, context)));
    }

    /// <summary>Begins a stage; it ends when disposed of.</summary>
    /// <param name="total">Steps until it is done.</param>
    public Stage Begin(string name, int total = 1) => new(this, name, total);

    internal sealed class Stage : IDisposable
    {
        private readonly Stages _stages;
        private readonly string _name;
        private readonly int _total;
        private readonly long _start = Stopwatch.GetTimestamp();
        private readonly ProgressTask? _task;
        private long _lastLine = Stopwatch.GetTimestamp();

        public Stage(Stages stages, string name, int total)
        {
            _stages = stages;
            _name = name;
            _total = total;
            _task = stages._live?.AddTask(Markup.Escape(name), maxValue: total);
            if (_task is null)
            {
                stages._terminal.Note($"{name} ...");
            }
            else
            {
                _task.IsIndeterminate = total == 1;
            }
        }

        public void Reach(int step)
        {
            if (_task is not null)
            {
                _task.Value = step;
                _task.Description = _total > 1 ? $"{Markup.Escape(_name)} [grey]{step}/{_total}[/]" : Markup.Escape(_name);
                return;
            }

            long last = Interlocked.Read(ref _lastLine);
            if (
                Stopwatch.GetElapsedTime(last) >= BetweenLines
                    && Interlocked.CompareExchange(ref _lastLine, Stopwatch.GetTimestamp(), last) == last)
            {
                _stages._terminal.Note($"{_name}: {step} of {_total}");
            }
        }

        public void Dispose()
        {
            if (_task is not null)
            {
                _task.IsIndeterminate = false;
                _task.Value = _task.MaxValue;
                _task.StopTask();
            }
            else
            {
                _stages._terminal.Note(
                    FormattableString.Invariant($"{_name}: {Stopwatch.GetElapsedTime(_start).TotalSeconds:F1} s"));
            }
        }
    }
}
