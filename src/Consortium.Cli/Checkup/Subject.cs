using Consortium.Cli.Enrolment;
using Consortium.Learning.Payments.Mapping;
using Consortium.Protocol.Configuration;

namespace Consortium.Cli.Checkup;

/// <summary>The party that is looked at, and what its daemon is told beyond what lies in its folder.</summary>
internal sealed record Subject
{
    public required PartyHome Party { get; init; }

    /// <summary>Null while consortium.json is wrong: then what depends on it is not looked at.</summary>
    public required ConsortiumConfiguration? Configuration { get; init; }

    /// <summary>Holds the passphrase; null looks beside the keys.</summary>
    public string? PassphraseFile { get; init; }

    /// <summary>The bank as its files name it.</summary>
    public required string Bank { get; init; }

    /// <summary>A folder of payment files, or one file.</summary>
    public required string Payments { get; init; }

    /// <summary>The zone of the bank's days; null reads times that name one as UTC.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>Which column of the bank's files is what; null for AMLworld's columns.</summary>
    public PaymentMapping? Mapping { get; init; }

    /// <summary>The broker, if not where consortium.json says.</summary>
    public (string Host, int Port)? Broker { get; init; }

    public string? BrokerRootCertificate { get; init; }

    public string Name => Party.Id.Name;

    /// <summary>As consortium.json lists it; null when it does not, or is wrong.</summary>
    public Member? Member => Configuration?.Find(Party.Id);
}
