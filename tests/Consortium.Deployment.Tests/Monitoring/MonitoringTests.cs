using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Consortium.Deployment.Tests.Helm;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Hosting.RabbitMq;
using Consortium.Hosting.Telemetry;
using Consortium.Participant;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consortium.Deployment.Tests.Monitoring;

/// <summary>The dashboard and the alert rules ask for metrics, labels and values that the daemons give.</summary>
public sealed partial class MonitoringTests
{
    private static readonly string[] Prometheus = ["job", "instance", "severity", "le"];
    private static readonly string[] Labels = ["item", "outcome", "phase", "work"];
    private static readonly string Source = string.Concat(Directory.EnumerateFiles(
        Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

    public static TheoryData<string> Files => ["alerts.yaml", "dashboard.json"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Expressions_NameMetricsThatThereAre(string file)
    {
        IReadOnlySet<string> known = KnownNames();
        string[] named =
            [.. Expressions(file).SelectMany(text => Metric().Matches(text)).Select(match => match.Value).Distinct()];

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, known));
    }

    [Fact]
    public void Dashboard_ShowsEveryMetric()
    {
        string shown = File.ReadAllText(Repository.Deploy("monitoring", "dashboard.json"));
        Assert.All(
            KnownNames().Where(name => !name.EndsWith("_count", StringComparison.Ordinal)),
            name => Assert.Contains(name, shown, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Expressions_NameLabelsAndValuesThatThereAre(string file)
    {
        foreach (string expression in Expressions(file))
        {
            foreach (Match match in Matcher().Matches(expression))
            {
                string label = match.Groups["label"].Value;
                Assert.Contains(label, Prometheus.Concat(Labels));
                foreach (string value in Labels.Contains(label) ? match.Groups["value"].Value.Split('|') : [])
                {
                    Assert.Contains($"\"{value}\"", Source, StringComparison.Ordinal);
                }
            }

            foreach (Match match in Grouping().Matches(expression))
            {
                Assert.All(match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries), label =>
                    Assert.Contains(label, Prometheus.Concat(Labels)));
            }
        }

        Assert.All(Labels, label => Assert.Contains($"(\"{label}\",", Source, StringComparison.Ordinal));
    }

    [Fact]
    public void Alerts_SayWhatToDo()
    {
        foreach (Dictionary<object, object?> rule in Rules())
        {
            Assert.StartsWith("Consortium", (string)rule["alert"]!, StringComparison.Ordinal);
            object? severity = ((Dictionary<object, object?>)rule["labels"]!)["severity"];
            Assert.Contains((string)severity!, (string[])["critical", "warning", "info"]);
            var annotations = (Dictionary<object, object?>)rule["annotations"]!;
            Assert.Contains("$labels.instance", (string)annotations["summary"]!, StringComparison.Ordinal);
            Assert.True(((string)annotations["description"]!).Length > 40);
        }
    }

    private static IEnumerable<Dictionary<object, object?>> Rules() =>
        ((List<object>)((Dictionary<object, object?>)Chart.ReadYaml(Repository.Deploy("monitoring", "alerts.yaml"))!)["groups"]!)
        .Cast<Dictionary<object, object?>>().SelectMany(group => (List<object>)group["rules"]!)
        .Cast<Dictionary<object, object?>>();

    private static IReadOnlyList<string> Expressions(string file)
    {
        if (file == "alerts.yaml")
        {
            return [.. Rules().Select(rule => (string)rule["expr"]!)];
        }

        using JsonDocument dashboard = JsonDocument.Parse(File.ReadAllText(Repository.Deploy("monitoring", file)));
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!)];
    }

    /// <summary>As <c>/metrics</c> writes them, of every instrument that a daemon makes.</summary>
    private static HashSet<string> KnownNames()
    {
        var instruments = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == Instruments.Name)
                {
                    instruments.Add(instrument);
                }
            },
        };
        RuntimeHelpers.RunClassConstructor(typeof(Instruments).TypeHandle);
        RuntimeHelpers.RunClassConstructor(
            typeof(ParticipantDaemon).Assembly.GetType("Consortium.Participant.Data.FileMeters", throwOnError: true)!.TypeHandle);
        using var gauges = new DaemonGauges(static () => [], Path.GetTempPath(), static () => 0);
        _ = new RabbitMqTransport(
            BrokerCredentials.Fixed(new BrokerAddress { Host = "localhost", User = new("bank-a"), Password = "none" }),
            new BusLimits(), new BusSurroundings(NullLoggerFactory.Instance, TimeProvider.System, FaultPoints.None));
        listener.Start();
        return [.. instruments.SelectMany(
            instrument => instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal)
                ? (string[])[MetricsText.NameOf(instrument) + "_sum", MetricsText.NameOf(instrument) + "_count"]
                : [MetricsText.NameOf(instrument)])];
    }

    [GeneratedRegex("consortium_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex(@"(?<label>[a-z_]+)\s*(=~|!=|!~|=)\s*""(?<value>[^""]*)""")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"by \(([^)]*)\)")]
    private static partial Regex Grouping();
}
