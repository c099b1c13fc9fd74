using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Consortium.Hosting.Telemetry;

/// <summary>How a daemon is watched: structured logs on its console, traces and metrics to a collector if one is named.</summary>
public static class Observability
{
    /// <summary>OpenTelemetry's own variable; without it nothing leaves the process.</summary>
    public const string CollectorVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddObservability(this IHostApplicationBuilder builder, string role, PartyId party)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddJsonConsole(console => console.UseUtcTimestamp = true);
        builder.Logging.AddFilter("MassTransit", LogLevel.Warning);
        if (Environment.GetEnvironmentVariable(CollectorVariable) is null)
        {
            return;
        }

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService($"consortium-{role}", serviceInstanceId: party.Name))
            .WithTracing(tracing => tracing.AddSource(Instruments.Name))
            .WithMetrics(metrics => metrics.AddMeter(Instruments.Name))
            .UseOtlpExporter();
    }
}
