using Consortium.Hosting.Daemons;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Learning.Payments.Mapping;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Policies;
using Microsoft.Extensions.Configuration;

namespace Consortium.Participant.Data;

/// <summary>What a participant is given beyond what every daemon is.</summary>
public sealed record ParticipantOptions
{
    /// <summary>The bank as its payment files name it; null when that is its name in the consortium.</summary>
    public BankId? Bank { get; init; }

    /// <summary>The folder of payment files, all there is at first and more as time goes on; or one file.</summary>
    public required string Payments { get; init; }

    /// <summary>Where models and alerts go.</summary>
    public required string Output { get; init; }

    /// <summary>Which sessions this bank takes part in.</summary>
    public required BankPolicy Policy { get; init; }

    /// <summary>How many alerts its analysts work a day.</summary>
    public int AlertsPerDay { get; init; } = 50;

    /// <summary>Rows of a file that may be malformed and are left out.</summary>
    public int MaximumBadRows { get; init; }

    /// <summary>
    /// Where payments with their features are saved, so that a restart reads only what is new; null saves nothing.
    /// </summary>
    public string? Reading { get; init; }

    /// <summary>The zone of the bank's days; null reads times that name a zone as UTC.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>Which column of the bank's CSV and Parquet files is what; null for AMLworld's columns.</summary>
    public PaymentMapping? Mapping { get; init; }

    /// <summary>How far back late payments are merged into the past.</summary>
    public TimeSpan LateWindow { get; init; } = TimeSpan.FromDays(3);

    /// <summary>
    /// Where noise comes from; null for exact samples of the operating system's randomness, which every daemon takes: no setting
    /// changes it.
    /// </summary>
    public NoiseSource? Noise { get; init; }

    /// <summary>Reads what the operator named. This project's README lists the settings.</summary>
    /// <exception cref="InvalidConfigurationException">Says everything that is missing or wrong in the settings.</exception>
    public static ParticipantOptions Read(IConfiguration configuration)
    {
        var settings = new DaemonSettings(configuration.GetSection(DaemonOptions.Section));
        string payments = settings.Required("Payments", "the folder of this bank's payment files, or one file");
        string data = settings.Required("Data", "the folder for this party's state");
        string policy = settings.Required("Policy", "the path of bank-policy.json");
        int? alerts = settings.Number("AlertsPerDay", 1, 1_000_000);
        int? bad = settings.Number("MaximumBadRows", 0, 1_000_000_000);
        int? late = settings.Number("LateDays", 0, 366);
        TimeZoneInfo? zone = null;
        if (settings["Zone"] is { } name && !PaymentZone.TryParse(name, out zone))
        {
            settings.Wrong(
                "Zone", $"'{name}' is no zone: write an IANA name such as Europe/Zurich, UTC, or an offset such as +02:00");
        }

        PaymentMapping? mapping = settings["Mapping"] is { } path ? ReadMapping(settings, path) : null;
        settings.ThrowIfWrong();
        return new ParticipantOptions
        {
            Bank = settings["Bank"] is { } bank ? new BankId(bank) : null,
            Payments = payments,
            Output = settings["Output"] ?? Path.Combine(data, "output"),
            Policy = BankPolicy.Parse(File.ReadAllBytes(policy)),
            AlertsPerDay = alerts ?? 50,
            MaximumBadRows = bad ?? 0,
            Reading = Path.Combine(data, "reading"),
            Zone = zone,
            Mapping = mapping,
            LateWindow = TimeSpan.FromDays(late ?? 3),
        };
    }

    private static PaymentMapping? ReadMapping(DaemonSettings settings, string path)
    {
        try
        {
            return MappingText.Read(path);
        }
        catch (Exception error) when (error is PaymentFileException or IOException or UnauthorizedAccessException)
        {
            settings.Wrong("Mapping", error.Message);
            return null;
        }
    }
}
