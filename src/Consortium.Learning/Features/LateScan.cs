namespace Consortium.Learning.Features;

/// <summary>
/// One pass over a stream's payments around one of its own, 24 hours after that one, newest first. Reused from row to row.
/// </summary>
internal sealed class LateScan
{
    /// <summary>A payment passes money on where its amount is this part of the one before, up to <see cref="MostOn"/>.</summary>
    public const double LeastOn = 0.8;

    public const double MostOn = 1.12;

    private readonly LateTotals[] _windows = new LateTotals[Starts.Length];

    /// <summary>
    /// Where the windows start, in minutes after the payment, the shortest window first. All end 24 hours after it.
    /// </summary>
    private static ReadOnlySpan<int> Starts => [1, -Horizon.MinutesPerDay, -7 * Horizon.MinutesPerDay];

    /// <summary>Payments of later minutes.</summary>
    public ref readonly LateTotals After => ref _windows[0];

    /// <summary>From 24 hours before to 24 hours after; the payment itself counts in the streams that it joined.</summary>
    public ref readonly LateTotals TwoDays => ref _windows[1];

    /// <summary>As above, from 7 days before.</summary>
    public ref readonly LateTotals EightDays => ref _windows[2];

    /// <summary>Later payments with the payment's other account.</summary>
    public int PairCount { get; private set; }

    public double PairSum { get; private set; }

    /// <summary>Hours to the next payment; NaN where none came.</summary>
    public double Next { get; private set; }

    /// <summary>Hours to the next payment with a new counterparty; NaN where none came.</summary>
    public double NextFirst { get; private set; }

    /// <summary>The least difference between a later amount and the payment's; NaN where none came.</summary>
    public double Nearest { get; private set; }

    /// <summary>Later payments with a new counterparty, of about the payment's amount.</summary>
    public int On { get; private set; }

    /// <summary>Hours to the next of <see cref="On"/>; NaN where none came.</summary>
    public double NextOn { get; private set; }

    /// <param name="ring">The stream's payments up to 24 hours after <paramref name="minute"/>.</param>
    /// <param name="minute">When the payment was made.</param>
    /// <param name="peer">The payment's other account.</param>
    /// <param name="amount">As this account saw it.</param>
    public void Run(in PaymentRing ring, int minute, int peer, double amount)
    {
        ReadOnlySpan<int> starts = Starts;
        (PairCount, PairSum, On) = (0, 0, 0);
        (Next, NextFirst, NextOn) = (double.NaN, double.NaN, double.NaN);
        double nearest = double.PositiveInfinity;
        LateTotals totals = default;
        int window = 0;
        for (int age = 0; age < ring.Count; age++)
        {
            ref readonly RememberedPayment payment = ref ring.Newest(age);
            int elapsed = payment.Minute - minute;
            while (window < starts.Length && elapsed < starts[window])
            {
                _windows[window++] = totals;
            }

            if (window == starts.Length)
            {
                break;
            }

            totals.Count++;
            totals.Sum += payment.Amount;
            totals.Firsts += payment.First ? 1 : 0;
            totals.Peers += payment.Superseded ? 0 : 1;
            if (window > 0)
            {
                continue;
            }

            Next = elapsed / 60.0;
            nearest = Math.Min(nearest, Math.Abs(payment.Amount - amount));
            if (payment.Peer == peer)
            {
                PairCount++;
                PairSum += payment.Amount;
            }

            if (payment.First)
            {
                NextFirst = elapsed / 60.0;
                if (payment.Amount >= LeastOn * amount && payment.Amount <= MostOn * amount)
                {
                    On++;
                    NextOn = elapsed / 60.0;
                }
            }
        }

        _windows.AsSpan(window).Fill(totals);
        Nearest = double.IsPositiveInfinity(nearest) ? double.NaN : nearest;
    }
}
