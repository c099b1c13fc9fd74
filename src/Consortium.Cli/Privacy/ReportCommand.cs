using System.CommandLine;
using System.Text;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Consortium.Cli.Ledgers;
using Consortium.Hosting.Ledger;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;

namespace Consortium.Cli.Privacy;

/// <summary>
/// <c>privacy report</c>: the page of a data protection impact assessment, from the configuration and a ledger as they are now.
/// </summary>
internal static class ReportCommand
{
    private static readonly Option<string?> Party = new("--party")
    {
        Description = "Whose ledger: a bank or key holder that lives in this folder",
        HelpName = "PARTY",
    };

    private static readonly Option<FileInfo?> Ledger = new("--ledger")
    {
        Description = "A ledger that another member exported, in place of --party",
        HelpName = "FILE",
    };

    private static readonly Option<FileInfo?> Output = new("--output")
    {
        Description = "The file to write, such as DPIA.md (default: standard output)",
        HelpName = "FILE",
    };

    public static Verb Create(Terminal terminal) => Verb.Create(
        "report",
        "Write the data protection page: who processes what, on which ground, what was released and what is left",
        ["privacy report --party supervisor --output DPIA.md", "privacy report --ledger supervisor.ledger.json --json"],
        [Party, Ledger, Output, CommonOptions.Json, CommonOptions.Folder],
        (parsed, _) => Task.FromResult(Run(terminal, parsed)));

    private static ExitCode Run(Terminal terminal, ParseResult parsed)
    {
        var home = new ConsortiumHome(parsed.GetRequiredValue(CommonOptions.Folder).FullName);
        ConsortiumConfiguration configuration = home.ReadConfiguration();
        ParticipationLedger? ledger = LedgerOf(parsed, home, configuration);
        PrivacyAccount account = PrivacyAccount.Of(configuration, ledger);
        string page = DpiaPage.Render(configuration, account);
        if (parsed.GetValue(Output) is { } output)
        {
            DurableFile.Replace(output.FullName, Encoding.UTF8.GetBytes(page));
            terminal.Note($"Wrote {output.FullName}.");
        }

        if (parsed.GetValue(CommonOptions.Json))
        {
            terminal.WriteJson(account);
        }
        else if (parsed.GetValue(Output) is null)
        {
            terminal.Out.Write(page);
        }

        return ExitCode.Done;
    }

    private static ParticipationLedger? LedgerOf(
        ParseResult parsed, ConsortiumHome home, ConsortiumConfiguration configuration) =>
        (parsed.GetValue(Party), parsed.GetValue(Ledger)) switch
        {
            (null, null) => null,
            (null, { } export) => LedgerExport.Read(export.FullName, configuration),
            ({ } party, null) => LedgerFile.Read(home.Of(MemberName.Parse(party)).LedgerFile),
            _ => throw new CommandException(ExitCode.BadInput, "Name one ledger: with --party, or with --ledger."),
        };
}
