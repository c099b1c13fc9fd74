using Consortium.Hosting.Daemons;
using Consortium.Learning.Payments;
using Consortium.Protocol.Configuration;
using Microsoft.Extensions.Configuration;

namespace Consortium.Participant;

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
        settings.ThrowIfWrong();
        return new ParticipantOptions
        {
            Bank = settings["Bank"] is { } bank ? new BankId(bank) : null,
            Payments = payments,
            Output = settings["Output"] ?? Path.Combine(data, "output"),
            Policy = BankPolicy.Parse(File.ReadAllBytes(policy)),
            AlertsPerDay = alerts ?? 50,
            MaximumBadRows = bad ?? 0,
        };
    }
}
