using Consortium.EndToEnd.Tests.Deployment;

namespace Consortium.EndToEnd.Tests.Documentation;

/// <summary>
/// A page of this repository with the commands that it gives to copy: its fenced blocks without a language or of a shell.
/// </summary>
internal sealed record DocumentedPage(string Name, IReadOnlyList<DocumentedBlock> Blocks)
{
    private const string Fence = "```";

    public static DocumentedPage Read(string name)
    {
        var blocks = new List<DocumentedBlock>();
        List<string>? lines = null;
        bool isShell = false;
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, name)))
        {
            if (!line.StartsWith(Fence, StringComparison.Ordinal))
            {
                lines?.Add(line);
            }
            else if (lines is null)
            {
                isShell = line[Fence.Length..].Trim() is "" or "bash" or "sh" or "shell" or "console";
                lines = [];
            }
            else
            {
                if (isShell)
                {
                    blocks.Add(new DocumentedBlock(lines));
                }

                lines = null;
            }
        }

        return new DocumentedPage(name, blocks);
    }
}
