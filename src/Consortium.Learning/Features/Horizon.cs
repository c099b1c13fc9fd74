namespace Consortium.Learning.Features;

/// <summary>
/// How far back and how much the extractor remembers, in minutes, days and payments. A change is a new schema version.
/// </summary>
internal static class Horizon
{
    public const int MinutesPerDay = 1440;

    /// <summary>How long a stream remembers each payment.</summary>
    public const int Recent = 28 * MinutesPerDay;

    /// <summary>How long a stream remembers first payments with a counterparty.</summary>
    public const int Firsts = 180 * MinutesPerDay;

    /// <summary>An account or a pair silent for longer is as if never seen.</summary>
    public const int Memory = 360 * MinutesPerDay;

    /// <summary>Payments that a stream remembers at most; of a busier account the windows hold only the newest.</summary>
    public const int RecentLimit = 256;

    /// <summary>First payments that a stream remembers at most.</summary>
    public const int FirstLimit = 16;

    /// <summary>Days that a stream's calendar covers.</summary>
    public const int CalendarDays = 64;

    /// <summary>How long after a payment its late columns look.</summary>
    public const int Late = MinutesPerDay;

    /// <summary>The sliding windows of account features, shortest first.</summary>
    public static ReadOnlySpan<int> Windows => [60, 6 * 60, MinutesPerDay, 7 * MinutesPerDay, Recent];

    public static int Day(int minute) => minute / MinutesPerDay;
}
