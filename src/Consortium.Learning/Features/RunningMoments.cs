namespace Consortium.Learning.Features;

/// <summary>Count, mean and spread of a sequence of numbers that is only ever added to (Welford, 1962).</summary>
internal struct RunningMoments
{
    public int Count;
    public double Mean;
    public double SquaredDeviations;

    public void Add(double value)
    {
        Count++;
        double delta = value - Mean;
        Mean += delta / Count;
        SquaredDeviations += delta * (value - Mean);
    }

    /// <summary>NaN below two values.</summary>
    public readonly double StandardDeviation => Count < 2 ? double.NaN : Math.Sqrt(SquaredDeviations / (Count - 1));

    /// <summary>How many standard deviations <paramref name="value"/> is above the mean; NaN below two values.</summary>
    /// <param name="value">The value to place.</param>
    /// <param name="floor">The least standard deviation to divide by, for sequences that hardly vary.</param>
    public readonly double Deviations(double value, double floor) => (value - Mean) / Math.Max(StandardDeviation, floor);
}
