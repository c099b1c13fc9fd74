using Consortium.Hosting.Daemons;
using Microsoft.Extensions.Configuration;

namespace Consortium.Aggregator;

/// <summary>What the aggregator is given beyond what every daemon is.</summary>
public sealed record AggregatorOptions
{
    /// <summary>A year, and a month to notice.</summary>
    public const int DefaultRetainDays = 400;

    /// <summary>How long what a session left is kept after its end, for the audit and for banks that were away.</summary>
    public int RetainDays { get; init; } = DefaultRetainDays;

    /// <summary>Reads what the operator named. This project's README lists the settings.</summary>
    /// <exception cref="Protocol.Configuration.InvalidConfigurationException">Says what is wrong in the settings.</exception>
    public static AggregatorOptions Read(IConfiguration configuration)
    {
        var settings = new DaemonSettings(configuration.GetSection(DaemonOptions.Section));
        int? days = settings.Number("RetainDays", 1, 36_500);
        settings.ThrowIfWrong();
        return new AggregatorOptions { RetainDays = days ?? DefaultRetainDays };
    }
}
