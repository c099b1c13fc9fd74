using System.Text;
using Consortium.Cli.CommandLine;

namespace Consortium.Cli.Enrolment;

/// <summary>
/// Environment variables as lines that shells, systemd and Docker read alike: <c>NAME=value</c>, without quotes, which Docker
/// would take as part of the value, and so without spaces and whatever else one of the three reads otherwise.
/// </summary>
internal static class ShellSettings
{
    /// <exception cref="CommandException">A value has a character that these programs read differently.</exception>
    public static string Write(IEnumerable<(string Name, string Value)> settings)
    {
        var text = new StringBuilder();
        foreach ((string name, string value) in settings)
        {
            RequirePlain(value);
            text.Append(name).Append('=').Append(value).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Reads a file that <see cref="Write"/> made. Shells read more than this; here anything else is rejected.</summary>
    /// <exception cref="CommandException">It is not there, or a line is not <c>NAME=value</c>.</exception>
    public static IReadOnlyDictionary<string, string> Read(string file)
    {
        if (!File.Exists(file))
        {
            throw new CommandException(ExitCode.BadInput, $"There is no {file}: `init --trial` writes it.");
        }

        var settings = new Dictionary<string, string>();
        foreach (string line in File.ReadLines(file).Where(line => line.Length > 0 && line[0] != '#'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !IsPlain(line[(equals + 1)..]))
            {
                throw new CommandException(
                    ExitCode.BadInput, $"{file}: '{line}' is not NAME=value without quotes, spaces or dollar signs.");
            }

            settings[line[..equals]] = line[(equals + 1)..];
        }

        return settings;
    }

    /// <exception cref="CommandException">It has a character that these programs read differently.</exception>
    public static void RequirePlain(string value)
    {
        if (!IsPlain(value))
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"'{value}' has a character that shells, Docker and systemd read differently in a file of settings: choose a "
                    + "folder whose path has letters, digits and / . _ - : @ + , alone.");
        }
    }

    private static bool IsPlain(string value) => value.All(c => char.IsLetterOrDigit(c) || "/._-:@+,".Contains(c));
}
