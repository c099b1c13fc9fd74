namespace Consortium.Learning.Payments;

/// <summary>Which dates can be a payment's.</summary>
public static class PaymentDates
{
    /// <summary>How far beyond the reader's clock a payment may be dated: clocks differ, and zones by up to a day.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromDays(2);

    /// <summary>
    /// Earlier dates stand for "none": databases and spreadsheets write the years 1, 1753, 1899, 1900 and 1970 for it.
    /// </summary>
    public static readonly DateTime Earliest = new(1970, 1, 2);

    /// <summary>The latest time that is taken now.</summary>
    public static DateTime LatestAt(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return clock.GetUtcNow().UtcDateTime + Tolerance;
    }
}
