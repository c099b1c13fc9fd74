using System.Globalization;

namespace Consortium.Cli.Reporting;

/// <summary>
/// An inline SVG with axes. Colours come from the page's style sheet by class, so that one plot serves light, dark and print. Its
/// title and
/// description are what a screen reader says; the figures stand in a table beside it.
/// </summary>
internal sealed class Plot
{
    private const double Right = 14;
    private const double Bottom = 40;

    private readonly string _id;
    private readonly string _title;
    private readonly string _description;
    private readonly int _width;
    private readonly int _height;
    private readonly double _left;
    private readonly double _top;
    private readonly List<Html> _under = [];
    private readonly List<Html> _marks = [];

    /// <param name="id">Unique in the page.</param>
    /// <param name="left">Room for the labels of the vertical axis.</param>
    public Plot(string id, string title, string description, int width, int height, double left = 46, double top = 12)
    {
        (_id, _title, _description, _width, _height, _left, _top) = (id, title, description, width, height, left, top);
        X = new Scale(0, 1, left, width - Right);
        Y = new Scale(0, 1, height - Bottom, top);
    }

    public Scale X { get; private set; }

    public Scale Y { get; private set; }

    /// <summary>Sets the horizontal axis, with a grid line where it is ticked.</summary>
    public void Across(double least, double most, string label, Func<double, string> name, int ticks = 5)
    {
        X = new Scale(least, most, _left, _width - Right);
        foreach (double tick in X.Ticks(ticks))
        {
            _under.Add($"""<line class="grid" x1="{X[tick]:F1}" x2="{X[tick]:F1}" y1="{_top:F1}" y2="{_height - Bottom:F1}"/><text class="tick" x="{X[tick]:F1}" y="{_height - Bottom + 15:F1}" text-anchor="middle">{name(tick)}</text>""");
        }

        _under.Add($"""<text class="axis" x="{(_left + _width - Right) / 2:F1}" y="{_height - 6:F1}" text-anchor="middle">{label}</text>""");
    }

    /// <summary>Sets the vertical axis.</summary>
    public void Up(double most, string label, Func<double, string> name, bool isRounded = true, int ticks = 4)
    {
        Y = isRounded ? Scale.FromZero(most, _height - Bottom, _top) : new Scale(0, most, _height - Bottom, _top);
        foreach (double tick in Y.Ticks(ticks))
        {
            _under.Add($"""<line class="grid" x1="{_left:F1}" x2="{_width - Right:F1}" y1="{Y[tick]:F1}" y2="{Y[tick]:F1}"/><text class="tick" x="{_left - 6:F1}" y="{Y[tick] + 4:F1}" text-anchor="end">{name(tick)}</text>""");
        }

        if (label.Length > 0)
        {
            double middle = (_top + _height - Bottom) / 2;
            _under.Add(
                $"""<text class="axis" transform="translate(12 {middle:F1}) rotate(-90)" text-anchor="middle">{label}</text>""");
        }
    }

    /// <summary>A line through points; each holds until the next where it is stepped.</summary>
    public void Line(IEnumerable<(double X, double Y)> points, string style)
    {
        string path = string.Join(
            ' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X[point.X]:F1},{Y[point.Y]:F1}")));
        if (path.Length > 0)
        {
            _marks.Add($"""<polyline class="line {style}" points="{path}"/>""");
        }
    }

    /// <summary>A horizontal line over the whole width.</summary>
    public void Level(double value, string style) =>
        _marks.Add($"""<line class="line {style}" x1="{X.From:F1}" x2="{X.To:F1}" y1="{Y[value]:F1}" y2="{Y[value]:F1}"/>""");

    /// <summary>A bar from one height to another.</summary>
    public void Bar(double centre, double width, double from, double to, string style, string tip)
    {
        double x = X[centre - (width / 2)], right = X[centre + (width / 2)];
        _marks.Add($"""<rect class="bar {style}" x="{x:F1}" y="{Y[to]:F1}" width="{Math.Max(0.5, right - x):F1}" height="{Math.Max(0, Y[from] - Y[to]):F1}"><title>{tip}</title></rect>""");
    }

    public void Dot(double x, double y, double radius, string style, string tip) =>
        _marks.Add(
            $"""<circle class="dot {style}" cx="{X[x]:F1}" cy="{Y[y]:F1}" r="{radius:F1}"><title>{tip}</title></circle>""");

    public void Mark(Html mark) => _marks.Add(mark);

    public Html Render() => $"""
        <svg class="plot" role="img" viewBox="0 0 {_width} {_height}" aria-labelledby="{_id}-title {_id}-desc">
        <title id="{_id}-title">{_title}</title><desc id="{_id}-desc">{_description}</desc>
        {_under}<line class="base" x1="{_left:F1}" x2="{_width - Right:F1}" y1="{_height - Bottom:F1}" y2="{_height - Bottom:F1}"/>{_marks}
        </svg>
        """;
}
