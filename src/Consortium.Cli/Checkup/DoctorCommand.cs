using System.Collections.Immutable;
using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Data;
using Consortium.Cli.Enrolment;
using Consortium.Cli.Sessions;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Spectre.Console;

namespace Consortium.Cli.Checkup;

/// <summary><c>doctor</c>: looks at all that a party needs, and says how to mend what is wrong.</summary>
internal sealed class DoctorCommand(Terminal terminal, TimeProvider time)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    private static readonly Option<string?> Party = new("--party")
    {
        Description = "One party; all whose keys are in the folder unless given",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Digest = new("--digest")
    {
        Description = "The digest that the members agreed on",
        HelpName = "HEX",
    };

    private static readonly Option<string?> Bank = new("--bank")
    {
        Description = "How the payment files name the bank, if not as the consortium does",
        HelpName = "CODE",
    };

    private static readonly Option<string?> Payments = new("--payments")
    {
        Description = "The bank's payment files, if not in PARTY/payments",
        HelpName = "PATH",
    };

    private static readonly Option<int> Wait =
        NumberOption.Create("--wait", "How long to wait for a broker that is still starting, in seconds", 0, 0, 3_600);

    public static Verb Create(Terminal terminal)
    {
        var command = new DoctorCommand(terminal, TimeProvider.System);
        return Verb.Create(
            "doctor",
            "Check keys, configuration, broker, clock, permissions, disk, policy and data; name the fix of whatever is wrong",
            ["doctor --folder consortium-home", "doctor --party bank-a --json"],
            [
                CommonOptions.Folder, Party, Digest, PassphraseOptions.File, Bank, Payments, BankOptions.Zone,
                BankOptions.Mapping,
                OperatorOptions.Broker, OperatorOptions.BrokerRoot, Wait, CommonOptions.Json,
            ],
            command.RunAsync);
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var home = new ConsortiumHome(parsed.GetRequiredValue(CommonOptions.Folder).FullName);
        if (!Directory.Exists(home.Path))
        {
            throw new CommandException(
                ExitCode.BadInput, $"There is no folder {home.Path}: name the consortium's with --folder.");
        }

        ImmutableArray<PartyHome> parties =
            parsed.GetValue(Party) is { } name ? [home.Of(MemberName.Parse(name))] : [.. home.Residents];
        var findings = new List<Finding>(
            ConfigurationCheckup.Examine(home, parsed.GetValue(Digest), out ConsortiumConfiguration? configuration));
        findings.AddRange(ClockCheckup.Examine(home, parties, time));
        findings.Add(FolderCheckup.ExamineDisk(home));
        if (parties.IsEmpty)
        {
            findings.Add(
                Finding.Wrong(
                    "", "keys", $"No party lives in {home.Path}.",
                    "Name the folder that holds PARTY/identity with --folder, or make keys with `identity new`."));
        }

        DateTimeOffset patience = time.GetUtcNow().AddSeconds(parsed.GetValue(Wait));
        await terminal.Screen.Status().StartAsync("Looking", async status =>
        {
            foreach (PartyHome party in parties)
            {
                status.Status = party.Id.Name;
                findings.AddRange(await ExamineAsync(SubjectOf(parsed, party, configuration), patience, cancellationToken));
            }
        });

        bool holds = findings.All(finding => finding.Outcome != Outcome.Wrong);
        terminal.WriteResult(parsed, new { Holds = holds, Findings = findings }, shown => Write(shown.Findings));
        return holds ? ExitCode.Done : ExitCode.DoesNotHold;
    }

    private static Subject SubjectOf(ParseResult parsed, PartyHome party, ConsortiumConfiguration? configuration) => new()
    {
        Party = party,
        Configuration = configuration,
        PassphraseFile = parsed.GetValue(PassphraseOptions.File)?.FullName,
        Bank = parsed.GetValue(Bank) ?? party.Id.Name,
        Payments = parsed.GetValue(Payments) ?? party.PaymentsFolder,
        Zone = parsed.GetValue(BankOptions.Zone),
        Mapping = BankOptions.MappingOf(parsed),
        Broker = OperatorFiles.BrokerAt(parsed),
        BrokerRootCertificate = parsed.GetValue(OperatorOptions.BrokerRoot)?.FullName,
    };

    private async Task<IReadOnlyList<Finding>> ExamineAsync(
        Subject subject, DateTimeOffset patience, CancellationToken cancellationToken)
    {
        bool isBank = subject.Member is { Role: PartyRole.Participant }
            || (subject.Member is null && File.Exists(subject.Party.PolicyFile));
        return
        [
            KeyCheckup.Examine(subject),
            .. FolderCheckup.Examine(subject),
            .. ConfigurationCheckup.ExamineSettings(subject) is { } settings ? (Finding[])[settings] : [],
            .. LedgerCheckup.Examine(subject) is { } ledger ? (Finding[])[ledger] : [],
            .. isBank ? PolicyCheckup.Examine(subject) : [],
            .. isBank ? await DataCheckup.ExamineAsync(subject, time, cancellationToken) : [],
            .. await ExamineBrokerAsync(subject, patience, cancellationToken) is { } broker ? (Finding[])[broker] : [],
        ];
    }

    /// <summary>Until it is well, or patience has ended.</summary>
    private async Task<Finding?> ExamineBrokerAsync(Subject subject, DateTimeOffset patience, CancellationToken cancellationToken)
    {
        while (true)
        {
            Finding? finding = await BrokerCheckup.ExamineAsync(subject, cancellationToken);
            if (finding is not { Outcome: Outcome.Wrong } || time.GetUtcNow() >= patience)
            {
                return finding;
            }

            await Task.Delay(BetweenLooks, time, cancellationToken);
        }
    }

    private void Write(List<Finding> findings)
    {
        foreach (IGrouping<string, Finding> party in findings.GroupBy(finding => finding.Party))
        {
            terminal.Out.WriteLine(party.Key.Length == 0 ? "the consortium" : party.Key);
            foreach (Finding finding in party)
            {
                string mark = finding.Outcome switch { Outcome.Good => "good ", Outcome.Note => "note ", _ => "WRONG" };
                terminal.Out.WriteLine($"  {mark}  {finding.Area}: {finding.What}");
                if (finding.Fix is not null)
                {
                    terminal.Out.WriteLine($"         fix: {finding.Fix}");
                }
            }
        }

        int wrong = findings.Count(finding => finding.Outcome == Outcome.Wrong);
        terminal.Out.WriteLine(wrong == 0 ? "Nothing is wrong." : $"{wrong} of {findings.Count} checks found something wrong.");
    }
}
