using System.CommandLine;
using System.Text;
using Consortium.Cli.CommandLine;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Policies;

namespace Consortium.Cli.Enrolment;

/// <summary><c>identity</c>: a party's keys, made where it lives.</summary>
internal sealed class IdentityCommands(Terminal terminal)
{
    private static readonly Argument<string> Name = new("NAME")
    {
        Description = "The party's name in the consortium: a-z, 0-9 and '-'",
    };

    private static readonly Argument<string> NameOrDocument = new("NAME|DOCUMENT")
    {
        Description = "A party of this folder, or an identity document",
    };

    private static readonly Option<string> Role = CreateRole();

    public static Command Create(Terminal terminal)
    {
        var commands = new IdentityCommands(terminal);
        return new Command("identity", "A party's keys: made at the party, and never leaving it")
        {
            Verb.Create(
                "new", "Make a party's keys under a passphrase, and the public document to send to the operator",
                ["identity new bank-a", "identity new supervisor --role key-holder --passphrase-file passphrase.txt"],
                [Name, Role, PassphraseOptions.File, PassphraseOptions.Generate, CommonOptions.Folder], commands.NewAsync),
            Verb.Create(
                "show", "Show a public identity: name, role and the fingerprint to read to others",
                ["identity show bank-a", "identity show bank-a.identity.json --json"],
                [NameOrDocument, CommonOptions.Folder, CommonOptions.Json],
                (parsed, _) => Task.FromResult(commands.Show(parsed))),
        };
    }

    /// <summary>What a bank takes part in until its people have decided: fixed cohorts, and nothing published.</summary>
    public static BankPolicy DefaultPolicy { get; } = new()
    {
        Families = ["boosting", "logistic"],
        MaximumRounds = 10_000,
        MaximumValues = 10_000_000,
        MinimumCohort = 3,
        AllowChangingCohort = false,
        Floors = PolicyFloors.Default,
    };

    /// <summary>Writes keys and what goes with them into a party's folder, which must not hold keys yet.</summary>
    public static void Write(PartyHome party, PartyRole role, PrivateIdentity identity, string passphrase, bool keepPassphrase)
    {
        DurableFile.CreateOwnersFolder(party.Path);
        IdentityFile.Save(party.IdentityFile, identity, passphrase);
        if (keepPassphrase)
        {
            DurableFile.WriteNew(party.PassphraseFile, Encoding.UTF8.GetBytes(passphrase + "\n"), ownerOnly: true);
        }

        DurableFile.WriteNew(party.DocumentFile, MemberDocument.Create(party.Id, role, identity).ToJson());
        if (role == PartyRole.Participant && !File.Exists(party.PolicyFile))
        {
            DurableFile.WriteNew(party.PolicyFile, [.. DefaultPolicy.ToJson(), (byte)'\n']);
        }
    }

    private static Option<string> CreateRole()
    {
        var role = new Option<string>("--role")
        {
            Description = "What the party does in the consortium",
            DefaultValueFactory = _ => RoleName.Of(PartyRole.Participant),
        };
        role.AcceptOnlyFromAmong(RoleName.All);
        return role;
    }

    private async Task<ExitCode> NewAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        PartyHome party = Home(parsed).Of(MemberName.Parse(parsed.GetRequiredValue(Name)));
        foreach (string file in (string[])[party.IdentityFile, party.PassphraseFile, party.DocumentFile])
        {
            if (File.Exists(file))
            {
                throw new CommandException(
                    ExitCode.BadInput,
                    $"{file} is there already, and keys are never overwritten. To rotate {party.Id}'s keys move its folder "
                        + $"away first, and keep it until the last session with the old keys has ended.");
            }
        }

        bool generate = parsed.GetValue(PassphraseOptions.Generate);
        string passphrase = await Passphrase.ChooseAsync(
            terminal, party.Id.Name, parsed.GetValue(PassphraseOptions.File), generate, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        PartyRole role = RoleName.Find(parsed.GetRequiredValue(Role))!.Value;
        using PrivateIdentity identity = PrivateIdentity.Generate(party.Id.Name);
        Write(party, role, identity, passphrase, generate);
        terminal.Out.WriteLine($"{party.Id}, {RoleName.Of(role)}");
        terminal.Out.WriteLine($"fingerprint  {identity.Public.Fingerprint}");
        terminal.Out.WriteLine($"send         {party.DocumentFile}");
        terminal.Out.WriteLine(
            $"keep         {party.IdentityFile}{(generate ? $" and {party.PassphraseFile}" : string.Empty)}: they never "
                + $"leave this machine");
        if (role == PartyRole.Participant)
        {
            terminal.Out.WriteLine($"review       {party.PolicyFile}: the sessions this bank takes part in");
        }

        return ExitCode.Done;
    }

    private ExitCode Show(ParseResult parsed)
    {
        string name = parsed.GetRequiredValue(NameOrDocument);
        string path = !File.Exists(name) && PartyId.IsValid(name) ? Home(parsed).Of(new PartyId(name)).DocumentFile : name;
        if (!File.Exists(path))
        {
            throw new CommandException(
                ExitCode.BadInput, $"There is no {path}: name a party of this folder, or the path of an identity document.");
        }

        (Member member, MemberDocument document) = MemberDocument.Read(path);
        terminal.WriteResult(parsed, document, shown =>
        {
            terminal.Out.WriteLine($"{member.Id}, {shown.Role}");
            terminal.Out.WriteLine($"fingerprint  {shown.Fingerprint}");
        });
        return ExitCode.Done;
    }

    private static ConsortiumHome Home(ParseResult parsed) => new(parsed.GetRequiredValue(CommonOptions.Folder).FullName);
}
