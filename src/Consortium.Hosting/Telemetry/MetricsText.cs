using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Consortium.Hosting.Telemetry;

/// <summary>
/// The <see cref="Instruments"/> of this process in Prometheus' text format, for whoever runs no OpenTelemetry collector.
/// </summary>
public sealed class MetricsText : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Series> _series = new();

    public MetricsText()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == Instruments.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var family in _series.OrderBy(series => series.Key.Labels, StringComparer.Ordinal)
            .GroupBy(series => series.Key.Instrument).OrderBy(family => family.Key.Name, StringComparer.Ordinal))
        {
            string name = NameOf(family.Key);
            text.Append(
                CultureInfo.InvariantCulture, $"# HELP {name} {family.Key.Description}\n# TYPE {name} {TypeOf(family.Key)}\n");
            foreach (((Instrument instrument, string labels), Series series) in family)
            {
                (double sum, long count) = series.Read();
                if (TypeOf(instrument) == "summary")
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}_sum{labels} {sum:R}\n{name}_count{labels} {count}\n");
                }
                else
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {sum:R}\n");
                }
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private static string TypeOf(Instrument instrument) => instrument.GetType().Name switch
    {
        var type when type.StartsWith("Histogram", StringComparison.Ordinal) => "summary",
        var type when type.Contains("Gauge", StringComparison.Ordinal)
            || type.Contains("UpDown", StringComparison.Ordinal) => "gauge",
        _ => "counter",
    };

    internal static string NameOf(Instrument instrument) =>
        instrument.Name.Replace('.', '_')
            + (TypeOf(instrument) == "counter" ? "_total" : instrument.Unit == "s" ? "_seconds" : string.Empty);

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return string.Empty;
        }

        var text = new StringBuilder("{");
        foreach ((string key, object? value) in tags)
        {
            string escaped = (Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty)
                .Replace("\\", "\\\\", StringComparison.Ordinal)
                    .Replace("\"", "\\\"", StringComparison.Ordinal)
                    .Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(text.Length > 1 ? "," : string.Empty)
                .Append(key.Replace('.', '_'))
                .Append("=\"")
                .Append(escaped)
                .Append('"');
        }

        return text.Append('}').ToString();
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Series series = _series.GetOrAdd((instrument, LabelsOf(tags)), static _ => new Series());
        if (instrument.IsObservable || TypeOf(instrument) == "gauge" && instrument is not UpDownCounter<long>)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    private sealed class Series
    {
        private readonly Lock _lock = new();
        private double _sum;
        private long _count;

        public void Add(double value)
        {
            lock (_lock)
            {
                _sum += value;
                _count++;
            }
        }

        public void Set(double value)
        {
            lock (_lock)
            {
                _sum = value;
                _count = 1;
            }
        }

        public (double Sum, long Count) Read()
        {
            lock (_lock)
            {
                return (_sum, _count);
            }
        }
    }
}
