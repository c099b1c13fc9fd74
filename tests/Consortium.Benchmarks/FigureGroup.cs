namespace Consortium.Benchmarks;

/// <summary>Figures that are measured together.</summary>
/// <param name="Summary">What they measure, as the object of "Measures".</param>
internal sealed record FigureGroup(string Name, string Summary, Action<FigureReport, FigureOptions> Measure)
{
    /// <summary>What <c>--only</c> can name.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [];

    /// <summary>Whether <c>--rows</c> sets its size.</summary>
    public bool Sized { get; init; }

    /// <summary>Whether it measures on the files of <c>--data</c>.</summary>
    public bool ReadsData { get; init; }
}
