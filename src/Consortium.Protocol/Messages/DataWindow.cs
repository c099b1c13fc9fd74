using System.Globalization;
using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>Whole days of payments, both ends included. Only payments of these days are training rows of a session.</summary>
public readonly record struct DataWindow
{
    private static readonly DateOnly Earliest = new(1900, 1, 1);
    private static readonly DateOnly Latest = new(2199, 12, 31);

    /// <exception cref="ArgumentException">The last day is before the first, or one of them is of another age.</exception>
    public DataWindow(DateOnly first, DateOnly last)
    {
        if (!IsValid(first, last))
        {
            throw new ArgumentException(
                $"A window of {Text(first)} to {Text(last)}: use days of {Text(Earliest)} to {Text(Latest)}, the first before "
                    + "the last.",
                nameof(last));
        }

        First = first;
        Last = last;
    }

    public DateOnly First { get; }

    public DateOnly Last { get; }

    public int Days => Last.DayNumber - First.DayNumber + 1;

    /// <summary>The day after <see cref="Last"/>.</summary>
    public DateOnly End => Last.AddDays(1);

    public static bool IsValid(DateOnly first, DateOnly last) => first >= Earliest && last >= first && last <= Latest;

    public bool Overlaps(DataWindow other) => First <= other.Last && other.First <= Last;

    public bool Contains(DateOnly day) => day >= First && day <= Last;

    public override string ToString() => $"{Text(First)} to {Text(Last)}";

    internal static DataWindow Read(ref CanonicalReader reader)
    {
        int first = reader.Int32(Earliest.DayNumber, Latest.DayNumber, "a window's first day");
        return new DataWindow(
            DateOnly.FromDayNumber(first), DateOnly.FromDayNumber(reader.Int32(first, Latest.DayNumber, "a window's last day")));
    }

    internal void Write(CanonicalWriter writer)
    {
        writer.Int32(First.DayNumber);
        writer.Int32(Last.DayNumber);
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
