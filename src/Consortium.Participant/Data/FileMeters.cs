using System.Diagnostics.Metrics;
using Consortium.Hosting.Telemetry;

namespace Consortium.Participant.Data;

/// <summary>What becomes of payment files and their rows, in numbers.</summary>
internal static class FileMeters
{
    private static readonly Counter<long> Files =
        Instruments.Meter.CreateCounter<long>("consortium.data.files", "{file}", "Payment files by what became of them.");

    private static readonly Counter<long> Rows =
        Instruments.Meter.CreateCounter<long>("consortium.data.rows", "{row}", "Rows of payment files by what became of them.");

    /// <param name="outcome">One of few: it is a label.</param>
    public static void CountFile(string outcome) => Files.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public static void CountRows(BatchReport report)
    {
        Count("taken", report.Taken);
        Count("late", report.Late);
        Count("too_late", report.TooLate);
        Count("already_read", report.AlreadyRead);
        Count("set_aside", report.SetAside);
    }

    private static void Count(string outcome, long rows) => Rows.Add(rows, new KeyValuePair<string, object?>("outcome", outcome));
}
