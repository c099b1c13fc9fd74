using System.Diagnostics.Metrics;
using Consortium.Hosting.Telemetry;

namespace Consortium.Scoring;

/// <summary>What the scorer counts. Figures only: never contents.</summary>
internal static class ScorerInstruments
{
    public static Counter<long> Queries { get; } = Instruments.Meter.CreateCounter<long>(
        "consortium.scoring.queries", "{query}", "Queries answered, repeats included.");

    public static Counter<long> Batches { get; } = Instruments.Meter.CreateCounter<long>(
        "consortium.scoring.batches", "{batch}", "Batches answered, repeats included.");

    public static Counter<long> Refusals { get; } = Instruments.Meter.CreateCounter<long>(
        "consortium.scoring.refusals", "{request}", "Requests rejected, by kind.");
}
