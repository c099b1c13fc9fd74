using System.Text;
using Consortium.Cli.CommandLine;

namespace Consortium.Cli.Enrolment;

/// <summary>
/// Environment variables as lines that shells, systemd and Docker read alike: <c>NAME=value</c>, quoted where it must be.
/// </summary>
internal static class ShellSettings
{
    public static string Write(IEnumerable<(string Name, string Value)> settings)
    {
        var text = new StringBuilder();
        foreach ((string name, string value) in settings)
        {
            text.Append(name).Append('=').Append(Quoted(value)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Reads a file that <see cref="Write"/> made. Shells read more than this; here anything else is refused.</summary>
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
            if (equals < 1 || Unquoted(line[(equals + 1)..]) is not { } value)
            {
                throw new CommandException(
                    ExitCode.BadInput, $"{file}: '{line}' is not NAME=value, with quotes around a value that needs them.");
            }

            settings[line[..equals]] = value;
        }

        return settings;
    }

    private static string? Unquoted(string text) =>
        Quoted(text) == text ? text
        : text is ['\'', .. var inner, '\'']
            && inner.Replace("'\\''", "'", StringComparison.Ordinal) is var value && Quoted(value) == text ? value
        : null;

    private static string Quoted(string value) =>
        value.All(c => char.IsAsciiLetterOrDigit(c) || "/._-:@+,".Contains(c))
            ? value
            : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
