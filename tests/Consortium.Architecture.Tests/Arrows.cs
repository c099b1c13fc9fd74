namespace Consortium.Architecture.Tests;

/// <summary>Who may import whom. A part that is not in the table may import nothing and be imported by nobody.</summary>
internal sealed class Arrows(IReadOnlyDictionary<string, string[]> allowed)
{
    /// <summary>Edges that the table does not allow, as sentences. An edge from a part to itself is always allowed.</summary>
    public IReadOnlyList<string> Violations(IEnumerable<(string From, string To)> edges) =>
        [.. edges.Where(edge => edge.From != edge.To && !Allows(edge.From, edge.To))
            .Select(edge => $"{edge.From} must not import {edge.To}")
            .Distinct().Order(StringComparer.Ordinal)];

    public bool Knows(string part) => allowed.ContainsKey(part);

    private bool Allows(string from, string to) => allowed.TryGetValue(from, out string[]? targets) && targets.Contains(to);
}
