using System.Text.Json;

namespace Consortium.Benchmarks;

/// <summary>
/// The figures of one group in the order measured: flat names to numbers, each with the reach it is held against.
/// </summary>
internal sealed class FigureReport
{
    private readonly List<(string Name, double Value, string? Reach)> _figures = [];

    /// <summary>What people read in place of the list of figures, for a group whose figures are computed at once.</summary>
    public string? Table { get; set; }

    /// <summary>Records a figure, and says it on standard error at once: a group may take minutes.</summary>
    /// <param name="reach">Shown beside it, and not part of the JSON.</param>
    public void Add(string name, double value, string? reach = null)
    {
        Record(name, value, reach);
        Console.Error.WriteLine(FormattableString.Invariant($"{name} {value:0.######}"));
    }

    /// <summary>Records a figure and says nothing.</summary>
    public void Record(string name, double value, string? reach = null) => _figures.Add((name, value, reach));

    public double this[string name] => _figures.Find(figure => figure.Name == name).Value;

    public string ToJson() => JsonSerializer.Serialize(
        _figures.ToDictionary(figure => figure.Name, figure => Math.Round(figure.Value, 6)),
        new JsonSerializerOptions { WriteIndented = true });

    public void WriteTable(TextWriter output)
    {
        if (Table is not null)
        {
            output.Write(Table);
            return;
        }

        int width = _figures.Max(figure => figure.Name.Length);
        foreach ((string name, double value, string? reach) in _figures)
        {
            output.WriteLine($"{name.PadRight(width)}  {value,14:0.######}  {reach}");
        }
    }
}
