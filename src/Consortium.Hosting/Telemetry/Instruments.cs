using System.Diagnostics;
using System.Diagnostics.Metrics;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Telemetry;

/// <summary>What the daemons measure and trace, under one name. Figures only: never contents.</summary>
public static class Instruments
{
    public const string Name = "Consortium";

    public static ActivitySource Activities { get; } = new(Name);

    public static Meter Meter { get; } = new(Name);

    internal static Counter<long> FramesSent { get; } = Meter.CreateCounter<long>(
        "consortium.bus.frames.sent", "{frame}", "Frames the broker confirmed.");

    internal static Counter<long> BytesSent { get; } = Meter.CreateCounter<long>(
        "consortium.bus.bytes.sent", "By", "Bodies the broker confirmed.");

    internal static Counter<long> SendRetries { get; } = Meter.CreateCounter<long>(
        "consortium.bus.send.retries", "{retry}", "Sends tried again.");

    public static Counter<long> Reconnects { get; } = Meter.CreateCounter<long>(
        "consortium.bus.reconnects", "{connection}", "Connections made again for renewed credentials or a lost consumer.");

    internal static Counter<long> FramesAccepted { get; } = Meter.CreateCounter<long>(
        "consortium.bus.frames.accepted", "{frame}", "Frames handled.");

    internal static Counter<long> BytesReceived { get; } = Meter.CreateCounter<long>(
        "consortium.bus.bytes.received", "By", "Bodies handed to the handler.");

    internal static Counter<long> FramesRejected { get; } = Meter.CreateCounter<long>(
        "consortium.bus.frames.rejected", "{frame}", "Frames dead-lettered.");

    internal static Counter<long> HandlerRetries { get; } = Meter.CreateCounter<long>(
        "consortium.bus.handler.retries", "{retry}", "Frames whose handler failed and is tried again.");

    internal static Histogram<double> HandlerSeconds { get; } = Meter.CreateHistogram<double>(
        "consortium.bus.handler.duration", "s", "Time in a frame's handler.");

    private static Histogram<double> WorkSeconds { get; } = Meter.CreateHistogram<double>(
        "consortium.work.duration", "s", "What a daemon computes, by kind.");

    private static Histogram<double> PhaseSeconds { get; } = Meter.CreateHistogram<double>(
        "consortium.round.phase.duration", "s", "How long rounds stay in each phase, as the aggregator sees it.");

    /// <summary>Measures and traces a piece of work until disposed.</summary>
    /// <param name="kind">One of few: it is a label.</param>
    public static Work Measure(string kind) => new(kind, Activities.StartActivity(kind), Stopwatch.GetTimestamp());

    /// <summary>The same, for work on a round that no frame set off.</summary>
    public static Work Measure(string kind, AttemptId attempt) =>
        new(kind, Activities.StartActivity(kind, ActivityKind.Internal, RoundTrace.Of(attempt)), Stopwatch.GetTimestamp());

    public static void RecordPhase(string phase, TimeSpan duration) =>
        PhaseSeconds.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("phase", phase));

    /// <summary>A piece of work that is being measured.</summary>
    public readonly struct Work(string kind, Activity? activity, long start) : IDisposable
    {
        public void Dispose()
        {
            activity?.Dispose();
            WorkSeconds.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, new KeyValuePair<string, object?>("work", kind));
        }
    }
}
