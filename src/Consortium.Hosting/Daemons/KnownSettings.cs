using Consortium.Primitives;

namespace Consortium.Hosting.Daemons;

/// <summary>
/// The settings of all roles' daemons, so that a name written wrongly is not ignored. One file of settings may serve several
/// daemons: a name that only another role reads is known.
/// </summary>
internal static class KnownSettings
{
    private static readonly string[] Names =
    [
        "AlertsPerDay", "Bank", "BrokerClientCertificate", "BrokerClientKey", "BrokerHost", "BrokerPassword",
        "BrokerPasswordDescriptor", "BrokerPasswordFile", "BrokerPort", "BrokerRootCertificate", "CertificateFile",
        "CertificateKeyFile", "ConcurrentBatches", "Configuration", "Data", "Digest", "Health", "Identity", "LateDays", "Ledger",
        "Listen", "Mapping", "MaximumBadRows", "Offers", "Output", "Passphrase", "PassphraseDescriptor", "PassphraseFile",
        "Payments", "PlaintextIdentity", "Policy", "RequestsPerMinute", "RetainDays", "Signature", "Trial", "Zone",
    ];

    public static bool Has(string name) => Names.Contains(name, StringComparer.OrdinalIgnoreCase);

    public static string NearestTo(string name) => NearestName.Of(name, Names);
}
