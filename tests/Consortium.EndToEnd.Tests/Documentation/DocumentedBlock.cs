namespace Consortium.EndToEnd.Tests.Documentation;

/// <summary>Lines to copy.</summary>
internal sealed record DocumentedBlock(IReadOnlyList<string> Lines)
{
    public IEnumerable<string> Commands =>
        Lines.Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('#'));
}
