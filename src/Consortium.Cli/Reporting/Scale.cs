namespace Consortium.Cli.Reporting;

/// <summary>Values along one axis as positions on the page.</summary>
internal readonly record struct Scale(double Least, double Most, double From, double To)
{
    public double this[double value] => From + ((To - From) * (value - Least) / (Most - Least));

    /// <summary>Round numbers over the scale, about as many as asked for.</summary>
    public IEnumerable<double> Ticks(int about)
    {
        double raw = (Most - Least) / about;
        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = power * ((raw / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
        double first = Math.Ceiling(Least / step);
        double last = Math.Floor((Most / step) + 1e-9);
        for (double tick = first; tick <= last; tick++)
        {
            yield return tick * step;
        }
    }

    /// <summary>From 0 to a round number that is no less than <paramref name="most"/>.</summary>
    public static Scale FromZero(double most, double from, double to)
    {
        double positive = most > 0 ? most : 1;
        double power = Math.Pow(10, Math.Floor(Math.Log10(positive)));
        double factor =
            (positive / power) switch { <= 1 => 1, <= 1.5 => 1.5, <= 2 => 2, <= 3 => 3, <= 5 => 5, <= 7.5 => 7.5, _ => 10 };
        return new Scale(0, factor * power, from, to);
    }
}
