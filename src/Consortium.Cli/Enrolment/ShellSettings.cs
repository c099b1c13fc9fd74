using System.Text;

namespace Consortium.Cli.Enrolment;

/// <summary>Environment variables as lines that shells, systemd and Docker read alike: <c>NAME=value</c>, quoted where it must be.</summary>
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

    private static string Quoted(string value) =>
        value.All(c => char.IsAsciiLetterOrDigit(c) || "/._-:@+,".Contains(c)) ? value : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
