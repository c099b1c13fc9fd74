using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Enrolment;

/// <summary><c>member</c>: who is in the consortium. The operator's.</summary>
internal sealed class MemberCommands(Terminal terminal)
{
    private static readonly Argument<FileInfo> Document = new("DOCUMENT")
    {
        Description = "The identity document that the member sent",
    };

    private static readonly Argument<string> Name = new("NAME") { Description = "The member's name in consortium.json" };

    private static readonly Option<string?> ReadAloud = new("--fingerprint")
    {
        Description = "What the member read to you: the document is rejected if it differs",
        HelpName = "DIGITS",
    };

    private static readonly Option<bool> Replace = new("--replace")
    {
        Description = "The member is listed already, and these are its new keys",
    };

    public static Command Create(Terminal terminal)
    {
        var commands = new MemberCommands(terminal);
        return new Command("member", "Who is in the consortium")
        {
            Verb.Create(
                "add", "Enrol a member by the identity document that it sent",
                ["member add bank-a.identity.json", "member add bank-a.identity.json --replace"],
                [Document, ReadAloud, Replace, CommonOptions.Folder], (parsed, _) => Task.FromResult(commands.Add(parsed))),
            Verb.Create(
                "remove", "Take a member out of consortium.json",
                ["member remove bank-a"],
                [Name, CommonOptions.Folder], (parsed, _) => Task.FromResult(commands.Remove(parsed))),
        };
    }

    private ExitCode Add(ParseResult parsed)
    {
        ConsortiumHome home = Home(parsed);
        ConsortiumFile file = home.ReadFile();
        string path = parsed.GetRequiredValue(Document).FullName;
        if (!File.Exists(path))
        {
            throw new CommandException(
                ExitCode.BadInput, $"There is no {path}: name the identity document that the member sent.");
        }

        (Member member, MemberDocument document) = MemberDocument.Read(path);
        if (parsed.GetValue(ReadAloud) is { } digits && ParseFingerprint(digits) != member.Identity.Fingerprint)
        {
            throw new CommandException(
                ExitCode.DoesNotHold,
                $"{path} has fingerprint {member.Identity.Fingerprint}, which is not what you were read. Do not enrol it: "
                    + $"ask the member on another channel.");
        }

        home.WriteFile(
            parsed.GetValue(Replace) ? Replaced(file, member, document.Identity) : Added(file, member, document.Identity));
        terminal.Out.WriteLine($"{member.Id}, {document.Role}");
        terminal.Out.WriteLine($"fingerprint  {member.Identity.Fingerprint}");
        if (parsed.GetValue(ReadAloud) is null)
        {
            terminal.Note($"Have {member.Id} read its fingerprint to you, and compare.");
        }

        SaySignAgain(home);
        return ExitCode.Done;
    }

    private ExitCode Remove(ParseResult parsed)
    {
        ConsortiumHome home = Home(parsed);
        ConsortiumFile file = home.ReadFile();
        string name = parsed.GetRequiredValue(Name);
        if (file.Operator?.Id == name)
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"{name} is the operator: give it new keys with `member add --replace`; a consortium under another operator "
                    + $"begins with `consortium init`.");
        }

        if (Enrolled.In(file).All(member => member.Id != name))
        {
            throw new CommandException(ExitCode.BadInput, $"{home.ConfigurationFile} lists no '{name}': see `consortium show`.");
        }

        home.WriteFile(file with
        {
            Participants = file.Participants.RemoveAll(entry => entry.Id == name),
            KeyHolders = file.KeyHolders.RemoveAll(entry => entry.Id == name),
            Aggregator = file.Aggregator?.Id == name ? null : file.Aggregator,
            Scorer = file.Scorer?.Id == name ? null : file.Scorer,
            Clients = file.Clients.RemoveAll(entry => entry.Id == name),
        });
        terminal.Out.WriteLine($"{name} is out of {home.ConfigurationFile}.");
        SaySignAgain(home);
        return ExitCode.Done;
    }

    private static ConsortiumFile Added(ConsortiumFile file, Member member, string identity)
    {
        if (Enrolled.In(file).FirstOrDefault(other => other.Id == member.Id.Name) is { } listed)
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"'{member.Id}' is listed already, as {listed.Role}. If these are its new keys, say --replace; another "
                    + $"party needs another name.");
        }

        if (
            file.Participants.Concat(file.KeyHolders).Concat(file.Clients).Append(file.Aggregator).Append(file.Operator)
                .Append(file.Scorer).FirstOrDefault(entry => entry?.Identity == identity) is { } same)
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"These are the keys of '{same.Id}', which is listed already: every party has keys of its own.");
        }

        var entry = new ConsortiumFile.PartyEntry(member.Id.Name, identity);
        return member.Role switch
        {
            PartyRole.Participant => file with { Participants = file.Participants.Add(entry) },
            PartyRole.KeyHolder => file with { KeyHolders = file.KeyHolders.Add(entry) },
            PartyRole.Aggregator => file.Aggregator is null ? file with { Aggregator = entry } : throw Single(
                file.Aggregator, member.Role),
            PartyRole.Scorer => file.Scorer is null ? file with { Scorer = entry } : throw Single(file.Scorer, member.Role),
            PartyRole.Client => file with { Clients = file.Clients.Add(entry) },
            _ => file.Operator is null ? file with { Operator = entry } : throw Single(file.Operator, member.Role),
        };
    }

    private static ConsortiumFile Replaced(ConsortiumFile file, Member member, string identity)
    {
        string role = RoleName.Of(member.Role);
        if (!Enrolled.In(file).Any(other => other.Id == member.Id.Name && other.Role == role))
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"No {role} '{member.Id}' is listed whose keys could be replaced: leave --replace out to add it.");
        }

        var entry = new ConsortiumFile.PartyEntry(member.Id.Name, identity);
        return file with
        {
            Participants = [.. file.Participants.Select(OrNew)],
            KeyHolders = [.. file.KeyHolders.Select(OrNew)],
            Aggregator = file.Aggregator is null ? null : OrNew(file.Aggregator),
            Operator = file.Operator is null ? null : OrNew(file.Operator),
            Scorer = file.Scorer is null ? null : OrNew(file.Scorer),
            Clients = [.. file.Clients.Select(OrNew)],
        };

        ConsortiumFile.PartyEntry OrNew(ConsortiumFile.PartyEntry listed) => listed.Id == entry.Id ? entry : listed;
    }

    private static CommandException Single(ConsortiumFile.PartyEntry listed, PartyRole role) =>
        new(
            ExitCode.BadInput,
            $"A consortium has one {RoleName.Of(role)}, and '{listed.Id}' is it: `member remove {listed.Id}` first.");

    private static Fingerprint ParseFingerprint(string digits)
    {
        try
        {
            return Fingerprint.Parse(digits);
        }
        catch (MalformedDataException exception)
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"--fingerprint takes the 48 digits that the member reads from its own screen: {exception.Message}", exception);
        }
    }

    private static ConsortiumHome Home(ParseResult parsed) => new(parsed.GetRequiredValue(CommonOptions.Folder).FullName);

    private void SaySignAgain(ConsortiumHome home) => terminal.Note(
        File.Exists(home.SignatureFile)
            ? "The file has another digest now: when it is complete, `consortium check`, then `consortium sign` again."
            : "When all are in: `consortium check`, then `consortium sign`.");
}
