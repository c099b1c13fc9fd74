using System.CommandLine;

namespace Consortium.Cli.Enrolment;

/// <summary>Where a passphrase comes from. Without either, a person at a terminal is asked.</summary>
internal static class PassphraseOptions
{
    public static readonly Option<FileInfo?> File = new("--passphrase-file")
    {
        Description = "A file of one's own (mode 600) whose first line is the passphrase",
        HelpName = "FILE",
    };

    public static readonly Option<bool> Generate = new("--generate-passphrase")
    {
        Description = "Draw a passphrase and keep it beside the keys, in PARTY/passphrase, for a daemon that starts by itself",
    };
}
