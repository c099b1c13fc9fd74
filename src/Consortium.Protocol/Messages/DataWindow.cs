using System.Globalization;
using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>Whole days of payments, both ends included. Only payments of these days are training rows of a session.</summary>
public readonly record struct DataWindow
{
    /// <exception cref="ArgumentException">The last day is before the first.</exception>
    public DataWindow(DateOnly first, DateOnly last)
    {
        if (last < first || last == DateOnly.MaxValue)
        {
            throw new ArgumentException($"A window ends on its first day or later, and before the calendar does, not on {Text(last)}.", nameof(last));
        }

        First = first;
        Last = last;
    }

    public DateOnly First { get; }

    public DateOnly Last { get; }

    public int Days => Last.DayNumber - First.DayNumber + 1;

    /// <summary>The day after <see cref="Last"/>.</summary>
    public DateOnly End => Last.AddDays(1);

    public bool Overlaps(DataWindow other) => First <= other.Last && other.First <= Last;

    public bool Contains(DateOnly day) => day >= First && day <= Last;

    public override string ToString() => $"{Text(First)} to {Text(Last)}";

    internal static DataWindow Read(ref CanonicalReader reader)
    {
        int last = DateOnly.MaxValue.DayNumber - 1;
        int first = reader.Int32(0, last, "a window's first day");
        return new DataWindow(DateOnly.FromDayNumber(first), DateOnly.FromDayNumber(reader.Int32(first, last, "a window's last day")));
    }

    internal void Write(CanonicalWriter writer)
    {
        writer.Int32(First.DayNumber);
        writer.Int32(Last.DayNumber);
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
