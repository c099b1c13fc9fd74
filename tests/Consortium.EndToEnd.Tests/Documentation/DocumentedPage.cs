using System.Text.RegularExpressions;
using Consortium.EndToEnd.Tests.Deployment;

namespace Consortium.EndToEnd.Tests.Documentation;

/// <summary>A page of this repository with the commands that it gives to copy: its fenced blocks without a language or of a shell.</summary>
internal sealed partial record DocumentedPage(string Name, IReadOnlyList<DocumentedBlock> Blocks)
{
    public static DocumentedPage Read(string name)
    {
        string heading = string.Empty;
        var blocks = new List<DocumentedBlock>();
        List<string>? lines = null;
        bool isShell = false;
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, name)))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                if (lines is null)
                {
                    isShell = line[3..].Trim() is "" or "bash" or "sh" or "shell" or "console";
                    lines = [];
                    continue;
                }

                if (isShell)
                {
                    blocks.Add(new DocumentedBlock(heading, lines));
                }

                lines = null;
            }
            else if (lines is not null)
            {
                lines.Add(line);
            }
            else if (Heading().Match(line) is { Success: true } match)
            {
                heading = match.Groups["text"].Value;
            }
        }

        return new DocumentedPage(name, blocks);
    }

    [GeneratedRegex("^#+ (?<text>.*)$")]
    private static partial Regex Heading();
}
