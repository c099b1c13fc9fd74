using System.CommandLine;
using System.Globalization;
using Consortium.Auditing;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Consortium.Hosting.Sqlite;
using Consortium.Participant;
using Consortium.Participant.Store;
using Consortium.Primitives;
using Consortium.Protocol.Audit;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Spectre.Console;

namespace Consortium.Cli.Auditing;

/// <summary><c>audit verify</c>: says of every round and check in a bundle whether it holds.</summary>
internal static class VerifyCommand
{
    private static readonly AuditCheck[] OfRounds =
        [AuditCheck.Signatures, AuditCheck.Cohort, AuditCheck.Release, AuditCheck.Updates, AuditCheck.Sum, AuditCheck.Model];

    private static readonly Argument<FileInfo> Bundle = new("BUNDLE") { Description = "What `audit export` wrote" };

    private static readonly Option<string?> Agreed = new("--digest")
    {
        Description = "The configuration's digest that the members agreed on (default: that of consortium.json in --folder)",
        HelpName = "HEX",
    };

    private static readonly Option<DirectoryInfo?> StateFrom = new("--state-from")
    {
        Description = "A bank's data folder: its own record of the rounds it applied is held against the bundle",
        HelpName = "DIR",
    };

    public static Verb Create(Terminal terminal) => Verb.Create(
        "verify",
        "Check a bundle: signatures, digests, cohorts, approvals, and every sum recomputed chunk by chunk",
        [
            "audit verify spring.audit --folder consortium-home",
            $"audit verify spring.audit --digest {new string('0', 64)} --json",
        ],
        [Bundle, CommonOptions.Folder, Agreed, StateFrom, CommonOptions.Json],
        (parsed, cancellationToken) => RunAsync(terminal, parsed, cancellationToken));

    private static async Task<ExitCode> RunAsync(Terminal terminal, ParseResult parsed, CancellationToken cancellationToken)
    {
        string path = parsed.GetRequiredValue(Bundle).FullName;
        if (!File.Exists(path))
        {
            throw new CommandException(ExitCode.BadInput, $"There is no {path}: name a bundle that `audit export` wrote.");
        }

        ConsortiumDigest agreed = AgreedDigest(parsed);
        Func<SessionId, Task<IReadOnlyList<OwnRound>>>? own = parsed.GetValue(StateFrom) is { } data
            ? async session =>
                [.. (await AdvanceRecord.ReadAsync(new FolderStorage(data.FullName), session, cancellationToken))
                    .Select(record => new OwnRound(record.Round, record.Cohort, record.State))]
            : null;
        await using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 20,
            FileOptions.Asynchronous | FileOptions.SequentialScan);
        BundleVerdict verdict = await BundleAudit.RunAsync(file, agreed, own, cancellationToken);
        if (parsed.GetValue(CommonOptions.Json))
        {
            terminal.WriteJson(VerdictView.Of(verdict));
        }
        else
        {
            Print(terminal, verdict);
        }

        return verdict.Holds ? ExitCode.Done : ExitCode.DoesNotHold;
    }

    private static ConsortiumDigest AgreedDigest(ParseResult parsed)
    {
        var home = new ConsortiumHome(parsed.GetRequiredValue(CommonOptions.Folder).FullName);
        if (parsed.GetValue(Agreed) is { } hex)
        {
            try
            {
                return new ConsortiumDigest(Digest.Parse(hex));
            }
            catch (FormatException)
            {
                throw new CommandException(
                    ExitCode.BadInput,
                    $"--digest takes the 64 hexadecimal digits of the configuration's digest, not '{hex}'. "
                        + $"`consortium show` prints it.");
            }
        }

        return File.Exists(home.ConfigurationFile)
            ? home.ReadConfiguration().Digest
            : throw new CommandException(
                ExitCode.BadInput,
                $"A bundle proves something only about a consortium that you know: name its folder with --folder (there is "
                    + $"no {home.ConfigurationFile}), or the agreed digest with --digest.");
    }

    private static void Print(Terminal terminal, BundleVerdict verdict)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns(
            ["round", "banks", "chunks", .. OfRounds.Select(check => check.ToString().ToLowerInvariant())]);
        foreach (AuditVerdict round in verdict.Rounds)
        {
            table.AddRow([
                new Text($"{round.Attempt.Round}"),
                new Text($"{round.Members.Length}"),
                new Text(string.Create(CultureInfo.InvariantCulture, $"{round.ChunksChecked} of {round.Chunks}")),
                .. OfRounds.Select(check => new Text(round.Findings.Any(finding => finding.Check == check) ? "NO" : "holds"))]);
        }

        terminal.Page.Write(table);
        foreach (AuditFinding finding in verdict.All)
        {
            terminal.Out.WriteLine(finding.ToString());
        }

        string scope = verdict.IsWholeSession
            ? verdict.IsEnd ? "the whole session" : "its rounds so far: the session had not ended, or its end was left out"
            : $"from round {verdict.First} on, not the whole session";
        terminal.Out.WriteLine(verdict.Holds
            ? $"HOLDS: session {verdict.Session} '{verdict.Plan.Name}', {verdict.Rounds.Length} "
                + $"{(verdict.Rounds.Length == 1 ? "round" : "rounds")}, {scope}."
            : $"DOES NOT HOLD: session {verdict.Session} '{verdict.Plan.Name}'.");
    }
}
