using System.Diagnostics.Metrics;
using Consortium.Hosting.Health;
using Consortium.Hosting.Telemetry;

namespace Consortium.Hosting.Daemons;

/// <summary>How a daemon stands at the moment it is asked, in figures: what an operator's alerts begin with.</summary>
internal sealed class DaemonGauges : IDisposable
{
    private readonly Meter _meter = new(Instruments.Name);

    /// <param name="inspect">As <c>/ready</c> asks; quick.</param>
    /// <param name="data">The data folder; null where there is none.</param>
    /// <param name="waiting">Frames in the outbox; quick.</param>
    public DaemonGauges(Func<IReadOnlyList<HealthItem>> inspect, string? data, Func<long> waiting)
    {
        _meter.CreateObservableGauge(
            "consortium.outbox.frames", waiting, "{frame}", "Frames that are decided and that the broker has not confirmed.");
        _meter.CreateObservableGauge(
            "consortium.ready",
            () => inspect().Select(
                item => new Measurement<int>(item.IsGood ? 1 : 0, new KeyValuePair<string, object?>("item", item.Name))),
            null,
            "Whether each thing that the daemon needs is there: 1 or 0, as /ready says in words.");
        _meter.CreateObservableGauge(
            "consortium.process.memory.bytes", static () => Environment.WorkingSet, "By", "Resident memory of the process.");
        if (data is not null)
        {
            _meter.CreateObservableGauge(
                "consortium.data.free.bytes", () => FreeBytes(data), "By", "Free space where the data folder is.");
        }
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> FreeBytes(string folder)
    {
        try
        {
            return [new Measurement<long>(new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }
}
