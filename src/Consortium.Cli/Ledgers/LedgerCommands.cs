using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Consortium.Cryptography.Identity;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Ledger;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;
using Spectre.Console;

namespace Consortium.Cli.Ledgers;

/// <summary>
/// <c>ledger</c>: a bank's or key holder's memory of who was summed over which days, for the consortium's life.
/// </summary>
internal sealed class LedgerCommands(Terminal terminal)
{
    private static readonly Option<string> Party = new("--party")
    {
        Description = "Whose ledger: a bank or key holder that lives in this folder",
        HelpName = "PARTY",
        Required = true,
    };

    private static readonly Option<FileInfo?> Ledger = new("--ledger")
    {
        Description = "The ledger's file (default: PARTY/participation.ledger)",
        HelpName = "FILE",
    };

    private static readonly Option<FileInfo> Output = new("--output")
    {
        Description = "The file to write",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Argument<FileInfo> Export = new("file") { Description = "What another member exported" };

    private static readonly Argument<string> Session = new("session") { Description = "The session's id, all 64 digits" };

    private static readonly Option<string> Reason = new("--reason")
    {
        Description = "Who decided, and on what ground; stays in the ledger",
        HelpName = "TEXT",
        Required = true,
    };

    public static Command Create(Terminal terminal)
    {
        var commands = new LedgerCommands(terminal);
        Symbol[] place = [Party, Ledger, CommonOptions.Folder];
        return new Command("ledger", "Who was summed over which days: a bank's or key holder's memory, for the consortium's life")
        {
            Verb.Create(
                "begin", "Begin the ledger of a party that has never taken part",
                ["ledger begin --party bank-a"],
                place, (parsed, _) => Task.FromResult(commands.Begin(parsed))),
            Verb.Create(
                "show", "Show what a ledger has",
                ["ledger show --party bank-a", "ledger show --party supervisor --json"],
                [.. place, CommonOptions.Json], (parsed, _) => Task.FromResult(commands.Show(parsed))),
            Verb.Create(
                "export", "Write a ledger, signed, for other members and for the operator's `session start --ledger`",
                ["ledger export --party supervisor --output supervisor.ledger.json"],
                [Output, .. place, PassphraseOptions.File], commands.ExportAsync),
            Verb.Create(
                "import", "Take in what another member's ledger has, or begin with it; its daemon must be stopped",
                ["ledger import supervisor.ledger.json --party notary"],
                [Export, .. place], (parsed, _) => Task.FromResult(commands.Import(parsed))),
            Verb.Create(
                "discharge", "Let what this bank sent in a session count no more, because nothing of it was released",
                [$"ledger discharge {new string('0', 64)} --party bank-a --reason \"exports of supervisor, auditor and notary of "
                    + $"3 March lack it\""],
                [Session, Reason, .. place], (parsed, _) => Task.FromResult(commands.Discharge(parsed))),
        };
    }

    private ExitCode Begin(ParseResult parsed)
    {
        (ConsortiumConfiguration configuration, PartyId party, string path) = Place(parsed);
        LedgerFile.Begin(path, party, configuration);
        terminal.Out.WriteLine(
            $"Began {path}: it belongs to {party} for the consortium's life. Back it up after every session; never begin it "
                + "again.");
        return ExitCode.Done;
    }

    private ExitCode Show(ParseResult parsed)
    {
        (_, _, string path) = Place(parsed);
        terminal.WriteResult(parsed, LedgerView.Of(LedgerFile.Read(path)), shown =>
        {
            Table table = new Table().Border(TableBorder.None).AddColumns("session", "name", "days", "banks", "what");
            foreach (LedgerView.Participation entry in shown.Participations)
            {
                table.AddRow(
                    entry.Session[..12], Markup.Escape(entry.Name), $"{entry.FirstDay} to {entry.LastDay}",
                    string.Join(' ', entry.Cohort),
                    entry.Counts ? entry.Kind : "discharged");
            }

            terminal.Page.Write(table);
            terminal.Out.WriteLine(
                $"{shown.Entries} entries of {shown.Owner}, under configuration {shown.Configuration ?? "none yet"}.");
        });
        return ExitCode.Done;
    }

    private async Task<ExitCode> ExportAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        (ConsortiumConfiguration configuration, PartyId party, string path) = Place(parsed);
        ParticipationLedger ledger = LedgerFile.Read(path);
        PartyHome home = new ConsortiumHome(parsed.GetRequiredValue(CommonOptions.Folder).FullName).Of(party);
        using PrivateIdentity identity = await Passphrase.OpenAsync(
            terminal, home, parsed.GetValue(PassphraseOptions.File), cancellationToken);
        if (ledger.Owner != party || !identity.Public.Equals(configuration.Find(party)!.Identity))
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"{path} is the ledger of '{ledger.Owner}', and is exported with that party's own keys, as consortium.json has "
                    + "them.");
        }

        string output = parsed.GetRequiredValue(Output).FullName;
        DurableFile.Replace(output, LedgerExport.Create(ledger, identity).ToJson());
        terminal.Out.WriteLine($"Wrote {output}: who took part over which days, and nothing of any bank's payments.");
        return ExitCode.Done;
    }

    private ExitCode Import(ParseResult parsed)
    {
        (ConsortiumConfiguration configuration, PartyId party, string path) = Place(parsed);
        ParticipationLedger other = LedgerExport.Read(parsed.GetRequiredValue(Export).FullName, configuration);
        if (!File.Exists(path))
        {
            ParticipationLedger begun = ParticipationLedger.Begin(party).Merge(other, out int taken);
            if (begun.Adopt(configuration, out string? problem) is { } adopted)
            {
                begun = begun.Append(adopted);
            }

            Require(problem);
            LedgerFile.Write(path, begun);
            terminal.Out.WriteLine($"Began {path} with {taken} entries of {other.Owner}.");
            return ExitCode.Done;
        }

        using LedgerFile file = LedgerFile.Open(path, headFile: null, party, configuration, FaultPoints.None);
        if (file.Current.Adopted.Select(entry => entry.Configuration)
            .Intersect(other.Adopted.Select(entry => entry.Configuration))
            .Any())
        {
            ParticipationLedger merged = file.Current.Merge(other, out int taken);
            foreach (LedgerEntry entry in merged.Entries.Skip(file.Current.Entries.Length).ToArray())
            {
                file.Record(entry);
            }

            terminal.Out.WriteLine($"Took {taken} entries of {other.Owner} into {path}.");
            return ExitCode.Done;
        }

        throw new CommandException(
            ExitCode.BadInput, $"The export is of another consortium: it has no configuration in common with {path}.");
    }

    private ExitCode Discharge(ParseResult parsed)
    {
        (ConsortiumConfiguration configuration, PartyId party, string path) = Place(parsed);
        var session = new SessionId(ParseDigest(parsed.GetRequiredValue(Session)));
        using LedgerFile file = LedgerFile.Open(path, headFile: null, party, configuration, FaultPoints.None);
        LedgerEntry.Participated[] entries = [.. file.Current.Counted.Where(entry => entry.Session == session)];
        if (entries.Length == 0 || entries.Any(entry => entry.Kind == ParticipationKind.Released))
        {
            throw new CommandException(
                ExitCode.BadInput,
                entries.Length == 0
                    ? $"{path} has nothing of session {session} that counts."
                    : $"A sum of session {session} was released: it is in the world, and counts for good. Train over days that "
                        + "it does not cover.");
        }

        file.Record(new LedgerEntry.Discharged(session, parsed.GetRequiredValue(Reason)));
        terminal.Out.WriteLine($"Session {session} counts no more in {path}.");
        return ExitCode.Done;
    }

    private static (ConsortiumConfiguration Configuration, PartyId Party, string Path) Place(ParseResult parsed)
    {
        var home = new ConsortiumHome(parsed.GetRequiredValue(CommonOptions.Folder).FullName);
        ConsortiumConfiguration configuration = home.ReadConfiguration();
        PartyId party = MemberName.Parse(parsed.GetRequiredValue(Party));
        return configuration.Find(party)?.Role is PartyRole.Participant or PartyRole.KeyHolder
            ? (configuration, party, parsed.GetValue(Ledger)?.FullName ?? home.Of(party).LedgerFile)
            : throw new CommandException(
                ExitCode.BadInput, $"'{party}' is no bank or key holder of this consortium; others have no ledger.");
    }

    private static Digest ParseDigest(string text)
    {
        try
        {
            return Digest.Parse(text);
        }
        catch (FormatException malformed)
        {
            throw new CommandException(ExitCode.BadInput, $"'{text}' is no session's id: {malformed.Message}", malformed);
        }
    }

    private static void Require(string? problem)
    {
        if (problem is not null)
        {
            throw new CommandException(ExitCode.BadInput, problem);
        }
    }
}
