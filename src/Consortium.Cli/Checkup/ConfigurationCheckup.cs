using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Cli.Checkup;

/// <summary>consortium.json: valid, signed by its operator, and the one that was agreed on.</summary>
internal static class ConfigurationCheckup
{
    private const string Area = "configuration";

    /// <param name="configuration">What the file says, when it is valid.</param>
    public static IReadOnlyList<Finding> Examine(ConsortiumHome home, string? agreed, out ConsortiumConfiguration? configuration)
    {
        configuration = null;
        try
        {
            ConsortiumCheck check = ConsortiumCheck.Of(home, agreed);
            if (check.Digest is not null)
            {
                configuration = home.ReadConfiguration();
            }

            return check.Holds
                ?
                [
                    Finding.Good(
                        "",
                        Area,
                        $"{check.File} holds, with digest {check.Digest}{(agreed is null ? string.Empty : ", as agreed")}. "
                            + $"{check.Survives}"),
                    check.Signature == "valid"
                        ? Finding.Good("", Area, $"Its operator signed it.")
                        : Finding.Note(
                            "",
                            Area,
                            $"There is no {home.SignatureFile}: the operator makes it with `consortium sign`, it goes round with "
                                + "the file, and outside a trial no daemon starts without it."),
                ]
                : [.. check.Problems.Select(problem => Finding.Wrong("", Area, $"{check.File}, {problem.Path}", problem.Fix))];
        }
        catch (InvalidConfigurationException exception)
        {
            return
            [
                .. exception.Problems.Select(
                    problem => Finding.Wrong(
                        "", Area, $"{home.Path}: consortium.json or its signature, {problem.Path}", problem.Fix)),
            ];
        }
        catch (CommandException exception)
        {
            return [Finding.Wrong("", Area, $"{home.ConfigurationFile} cannot be read.", exception.Message)];
        }
    }

    /// <summary>The digest that a daemon's settings pin, where <c>daemon.env</c> holds them.</summary>
    public static Finding? ExamineSettings(Subject subject)
    {
        const string Pinned = "Consortium__Digest=";
        string file = subject.Party.SettingsFile;
        if (subject.Configuration is not { } configuration || !File.Exists(file))
        {
            return null;
        }

        string? digest = File.ReadLines(file).FirstOrDefault(
            line => line.StartsWith(Pinned, StringComparison.Ordinal))?[Pinned.Length..];
        return digest is null
            ? Finding.Wrong(
                subject.Name, Area, $"{file} pins no digest: outside a trial the daemon does not start.",
                $"Add the line {Pinned}{configuration.Digest}")
            : digest == configuration.Digest.ToString()
            ? Finding.Good(subject.Name, Area, $"{file} pins this digest.")
            : Finding.Wrong(
                subject.Name, Area,
                $"{file} pins digest {digest}, so the daemon rejects this consortium.json ({configuration.Digest}).",
                "Get the file that was agreed on, or agree on this one and pin its digest.");
    }
}
