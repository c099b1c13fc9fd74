using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Spectre.Console;

namespace Consortium.Cli.Enrolment;

/// <summary><c>init</c>, <c>check</c>, <c>show</c>, <c>sign</c>: the file that all members share.</summary>
internal sealed class ConsortiumCommands(Terminal terminal)
{
    private static readonly Option<string?> Digest = new("--digest")
    {
        Description = "The digest that the members agreed on",
        HelpName = "HEX",
    };

    /// <summary>These stand right under the program's name, which is their noun: <c>consortium init</c>.</summary>
    public static IReadOnlyList<Command> Create(Terminal terminal)
    {
        var commands = new ConsortiumCommands(terminal);
        return
        [
            InitCommand.Create(terminal),
            Verb.Create(
                "check", "Check consortium.json and its signature; show fingerprints, digest and what the key holders withstand",
                ["check --folder consortium-config", "check --json"],
                [CommonOptions.Folder, Digest, CommonOptions.Json], (parsed, _) => Task.FromResult(commands.Check(parsed))),
            Verb.Create(
                "show", "Show consortium.json as far as it is written, without judging it",
                ["show", "show --json"],
                [CommonOptions.Folder, CommonOptions.Json], (parsed, _) => Task.FromResult(commands.Show(parsed))),
            Verb.Create(
                "sign", "Sign the configuration's digest as its operator, for the file's way round",
                ["sign"],
                [CommonOptions.Folder, PassphraseOptions.File], commands.SignAsync),
        ];
    }

    private ExitCode Check(ParseResult parsed)
    {
        var check = ConsortiumCheck.Of(Home(parsed), parsed.GetValue(Digest));
        if (parsed.GetValue(CommonOptions.Json))
        {
            terminal.WriteJson(check);
        }
        else
        {
            WriteMembers(check.Members);
            if (check.Survives is { } strength)
            {
                terminal.Out.WriteLine(strength);
            }

            foreach (Problem problem in check.Problems)
            {
                terminal.Out.WriteLine($"wrong: {problem}");
            }

            if (check.Holds)
            {
                string signature =
                    check.Signature == "valid" ? "its operator signed it" : "nobody signed it yet (`consortium sign`)";
                terminal.Out.WriteLine($"{check.File} holds; {signature}.");
                terminal.Out.WriteLine("Compare the fingerprints by voice, then give every daemon this digest:");
                terminal.Out.WriteLine($"Consortium__Digest={check.Digest}");
            }
        }

        return check.Holds ? ExitCode.Done : ExitCode.DoesNotHold;
    }

    private ExitCode Show(ParseResult parsed)
    {
        ConsortiumFile file = Home(parsed).ReadFile();
        if (parsed.GetValue(CommonOptions.Json))
        {
            terminal.WriteJson(new
            {
                file.Name,
                Members = Enrolled.In(file),
                file.Threshold,
                file.MinimumCohort,
                file.Deadlines,
                file.Limits,
                file.Transport,
            });
            return ExitCode.Done;
        }

        terminal.Out.WriteLine(file.Name);
        WriteMembers(Enrolled.In(file));
        terminal.Out.WriteLine(
            $"{file.Threshold} of {file.KeyHolders.Length} key holders release; a sum needs {file.MinimumCohort} of "
                + $"{file.Participants.Length} banks or more.");
        terminal.Out.WriteLine(
            $"Banks have {file.Deadlines?.UpdateSeconds} s for an update, key holders {file.Deadlines?.HolderSeconds} s to "
                + $"answer.");
        terminal.Out.WriteLine(
            $"Broker: {file.Transport?.Host}:{file.Transport?.Port}/{file.Transport?.VirtualHost}, "
                + $"{(file.Transport?.UseTls == true ? "TLS" : "no TLS")}.");
        return ExitCode.Done;
    }

    private async Task<ExitCode> SignAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        ConsortiumHome home = Home(parsed);
        ConsortiumConfiguration configuration = home.ReadConfiguration();
        PartyHome self = home.Of(configuration.Operator.Id);
        using PrivateIdentity identity = await Passphrase.OpenAsync(
            terminal, self, parsed.GetValue(PassphraseOptions.File), cancellationToken);
        if (!identity.Public.Equals(configuration.Operator.Identity))
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"{self.IdentityFile} is not the identity of '{self.Id}' in consortium.json: enrol it with "
                    + $"`member add --replace`, or sign where the operator's keys are.");
        }

        DurableFile.Replace(home.SignatureFile, ConfigurationSignature.Create(configuration, identity).ToJson());
        terminal.Out.WriteLine($"Signed {configuration.Digest} as {self.Id}.");
        terminal.Out.WriteLine(
            $"Send {Path.GetFileName(home.ConfigurationFile)} and {Path.GetFileName(home.SignatureFile)} to every member.");
        return ExitCode.Done;
    }

    private static ConsortiumHome Home(ParseResult parsed) => new(parsed.GetRequiredValue(CommonOptions.Folder).FullName);

    private void WriteMembers(IEnumerable<Enrolled> members)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("party", "role", "fingerprint");
        foreach (Enrolled member in members)
        {
            table.AddRow(Markup.Escape(member.Id), member.Role, member.Fingerprint ?? "(no identity)");
        }

        terminal.Page.Write(table);
    }
}
