using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Enrolment;

/// <summary>A party's own folder, on the machine where that party lives.</summary>
internal sealed record PartyHome(PartyId Id, string Path)
{
    /// <summary>Its private keys, under a passphrase.</summary>
    public string IdentityFile => In("identity");

    public string PassphraseFile => In("passphrase");

    public string BrokerPasswordFile => In("broker-password");

    /// <summary>What it sends to the operator: its public identity.</summary>
    public string DocumentFile => In($"{Id}.identity.json");

    /// <summary>A bank's or key holder's participation ledger.</summary>
    public string LedgerFile => In("participation.ledger");

    /// <summary>A bank's own rules.</summary>
    public string PolicyFile => In("policy.json");

    public string PaymentsFolder => In("payments");

    /// <summary>Receipts for what a scorer served this client.</summary>
    public string ReceiptsFolder => In("receipts");

    /// <summary>A daemon's settings as environment variables, where <c>consortium init --trial</c> wrote them.</summary>
    public string SettingsFile => In("daemon.env");

    /// <summary>What a daemon that is a process on this machine must not lose.</summary>
    public string StateFolder => In("state");

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
