using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Consortium.Hosting.Telemetry;

namespace Consortium.Benchmarks.Hosting;

/// <summary>
/// Adds up what the daemons in this process measure of themselves: seconds by instrument and label, and how often.
/// </summary>
internal sealed class WorkMeter : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Instrument, string Label), (double Seconds, long Times)> _sums = new();

    public WorkMeter()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == Instruments.Name && instrument.Unit == "s")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _sums.AddOrUpdate(
            (instrument.Name, tags.IsEmpty ? string.Empty : (string)tags[0].Value!), (value, 1),
            (_, sum) => (sum.Seconds + value, sum.Times + 1)));
        _listener.Start();
    }

    /// <summary>Seconds of a kind of work, all parties together; work on two processors at once counts twice.</summary>
    public double Work(string kind) => Seconds("consortium.work.duration", kind);

    /// <summary>Seconds that rounds were in a phase.</summary>
    public double Phase(string phase) => Seconds("consortium.round.phase.duration", phase);

    public void Clear() => _sums.Clear();

    public void Dispose() => _listener.Dispose();

    public override string ToString() =>
        string.Join(
            '\n',
            _sums.OrderBy(sum => sum.Key).Select(
                sum => $"{sum.Key.Instrument} {sum.Key.Label}: {sum.Value.Seconds:F4} s, {sum.Value.Times} times"));

    private double Seconds(string instrument, string label) =>
        _sums.TryGetValue((instrument, label), out (double Seconds, long Times) sum) ? sum.Seconds : 0;
}
