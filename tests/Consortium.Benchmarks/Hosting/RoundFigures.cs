using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Testing.Scripted;

namespace Consortium.Benchmarks.Hosting;

/// <summary>
/// What a round of the protocol takes, beside the same sum made in the clear over the same broker in the same run; what a small
/// one takes; the memory of the aggregator by how many banks there are; and a whole session. <c>Consortium.Hosting/README.md</c>
/// says what each side does.
/// </summary>
internal static class RoundFigures
{
    private const int Values = 1_000_000;
    private const int Levels = 65_536;
    private const int Banks = 10;
    private const int WarmUpRounds = 30;
    private const int Blocks = 4;
    private const int RoundsInBlock = 5;
    private const int SmallBanks = 5;
    private const int SmallValues = 4_000;
    private const int SmallRounds = 200;

    /// <summary>As many with few banks as with many, so that the collector has had the same to do.</summary>
    private const int MemoryUpdates = 300;

    private static readonly Dictionary<string, Func<FigureReport, Task>> Parts = new()
    {
        ["round"] = MeasureRoundAsync,
        ["small"] = async report => report.Add("small_round_ms", await SmallRoundAsync() * 1e3, "<= 150"),
        ["session"] = SessionFigures.MeasureAsync,
        ["memory"] = MeasureMemoryAsync,
    };

    public static void Measure(FigureReport report, FigureOptions options)
    {
        foreach ((string name, Func<FigureReport, Task> measure) in Parts)
        {
            if (options.Only is null || options.Only == name)
            {
                measure(report).GetAwaiter().GetResult();
            }
        }
    }

    private static async Task MeasureRoundAsync(FigureReport report)
    {
        (double round, double plain) = await RoundAsync();
        report.Add("round_s", round, "10 banks, 1,000,000 16-bit values, 3 key holders");
        report.Add("plain_round_s", plain, "the same as float32 in the clear");
        report.Add("round_ratio", round / plain, "<= 1.5");
    }

    private static async Task MeasureMemoryAsync(FigureReport report)
    {
        double few = await AggregatorPeakAsync(10);
        report.Add("aggregator_peak_mb_10_banks", few, "of 1,000,000 values each");
        double many = await AggregatorPeakAsync(100);
        report.Add("aggregator_peak_mb_100_banks", many, "of 1,000,000 values each");
        report.Add("aggregator_peak_ratio", many / few, "<= 1.2");
    }

    /// <summary>
    /// Median seconds of a round and of a plain one, in turns so that both see the same machine, once all code is compiled for
    /// good.
    /// </summary>
    private static async Task<(double Round, double Plain)> RoundAsync()
    {
        var model = new ScriptedModel(Values, Levels) { IsSteady = true };
        await using ScriptedConsortium consortium = await ScriptedConsortium.StartAsync(
            Banks, model, PlainFederation.Topology(Banks));
        await using PlainFederation federation = await PlainFederation.StartAsync(
            Banks, Values,
            (self, handler) => RabbitMqTransport.Join(
                consortium.Broker.AddressOf(self), consortium.Limits, handler, ScriptedConsortium.Surroundings));
        await consortium.RunAsync(WarmUpRounds);
        for (int i = 0; i < WarmUpRounds; i++)
        {
            await federation.RunAsync();
        }

        var rounds = new List<double>();
        var plain = new List<double>();
        for (int block = 0; block < Blocks; block++)
        {
            rounds.AddRange(await consortium.RunAsync(RoundsInBlock + 1));
            for (int i = 0; i < RoundsInBlock; i++)
            {
                plain.Add(await federation.RunAsync());
            }
        }

        return (Median(rounds), Median(plain));
    }

    private static async Task<double> SmallRoundAsync()
    {
        await using ScriptedConsortium consortium = await ScriptedConsortium.StartAsync(
            SmallBanks, new ScriptedModel(SmallValues, Levels) { IsSteady = true });
        await consortium.RunAsync(SmallRounds);
        return Median(await consortium.RunAsync(SmallRounds));
    }

    private static async Task<double> AggregatorPeakAsync(int banks)
    {
        await using ScriptedConsortium consortium = await ScriptedConsortium.StartAsync(
            banks, new ScriptedModel(Values, Levels) { IsSteady = true }, separateAggregator: true);
        await consortium.RunAsync(MemoryUpdates / banks);
        return consortium.AggregatorPeakMegabytes();
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
