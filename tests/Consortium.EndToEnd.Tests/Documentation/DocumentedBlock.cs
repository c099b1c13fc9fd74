namespace Consortium.EndToEnd.Tests.Documentation;

/// <summary>Lines to copy, and the heading that they stand under.</summary>
internal sealed record DocumentedBlock(string Heading, IReadOnlyList<string> Lines)
{
    public IEnumerable<string> Commands => Lines.Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('#'));
}
