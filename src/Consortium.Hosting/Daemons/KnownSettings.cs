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
        "BrokerPasswordDescriptor", "BrokerPasswordFile", "BrokerPort", "BrokerRootCertificate", "Configuration", "Data", "Digest",
        "Health", "Identity", "LateDays", "Ledger", "Mapping", "MaximumBadRows", "Output", "Passphrase", "PassphraseDescriptor",
        "PassphraseFile", "Payments", "PlaintextIdentity", "Policy", "RetainDays", "Signature", "Trial", "Zone",
    ];

    public static bool Has(string name) => Names.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The name that the fewest changed letters make of a wrong one.</summary>
    public static string NearestTo(string name) => Names.MinBy(known => Distance(known, name))!;

    /// <summary>Levenshtein's, whatever the letters' case.</summary>
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                bool isSame = char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]);
                int changed = diagonal + (isSame ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
