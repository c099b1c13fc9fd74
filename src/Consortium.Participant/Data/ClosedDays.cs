using System.Collections.Immutable;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Data;

/// <summary>
/// The days that this bank was summed over before, each with the batch whose labels it was summed with: outcomes that came later
/// change nothing there. Sums over the same days with other labels would tell by their difference what became known.
/// </summary>
public sealed record ClosedDays
{
    public static readonly ClosedDays None = new();

    private ImmutableArray<(DataWindow Window, int Batch)> Windows { get; init; } = [];

    /// <summary>Closes the days of a window that are not closed yet.</summary>
    public ClosedDays With(DataWindow window, int batch) => new() { Windows = Windows.Add((window, batch)) };

    /// <summary>The batch whose labels a day has.</summary>
    /// <param name="day">A payment's.</param>
    /// <param name="batch">For days that are not closed.</param>
    public int BatchOf(DateOnly day, int batch)
    {
        foreach ((DataWindow window, int closed) in Windows)
        {
            if (window.Contains(day))
            {
                return Math.Min(closed, batch);
            }
        }

        return batch;
    }
}
