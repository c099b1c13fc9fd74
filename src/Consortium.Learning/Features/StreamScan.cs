namespace Consortium.Learning.Features;

/// <summary>One pass over a stream's recent payments, newest first, that totals every window. Reused from row to row.</summary>
internal sealed class StreamScan
{
    private readonly WindowTotals[] _windows = new WindowTotals[Window.Count];
    private int[] _bankSeen = new int[16];
    private int _scan;

    public ref readonly WindowTotals this[int window] => ref _windows[window];

    /// <summary>
    /// The least difference between an amount in the longest window and the amount asked about; NaN without any.
    /// </summary>
    public double NearestAmount { get; private set; }

    /// <param name="stream">The stream to total.</param>
    /// <param name="now">The minute that the windows end before.</param>
    /// <param name="peer">The account whose payments are counted apart.</param>
    /// <param name="amount">The amount to find the nearest of.</param>
    /// <param name="banks">Banks in the graph.</param>
    public void Run(in PaymentStream stream, int now, int peer, double amount, int banks)
    {
        if (banks > _bankSeen.Length)
        {
            Array.Resize(ref _bankSeen, banks * 2);
        }

        _scan++;
        ReadOnlySpan<int> widths = Horizon.Windows;
        WindowTotals totals = default;
        double nearest = double.PositiveInfinity;
        int window = 0;
        ref readonly PaymentRing ring = ref stream.Recent;
        double pivot = ring.Count > 0 ? ring.Newest(0).Amount : 0;
        for (int age = 0; age < ring.Count; age++)
        {
            ref readonly RememberedPayment payment = ref ring.Newest(age);
            int elapsed = now - payment.Minute;
            while (window < Window.Count && elapsed > widths[window])
            {
                _windows[window++] = totals;
            }

            if (window == Window.Count)
            {
                break;
            }

            totals.Count++;
            totals.Sum += payment.Amount;
            double delta = payment.Amount - pivot;
            totals.DeltaSum += delta;
            totals.DeltaSquares += delta * delta;
            totals.Maximum = Math.Max(totals.Maximum, payment.Amount);
            nearest = Math.Min(nearest, Math.Abs(payment.Amount - amount));
            totals.Firsts += payment.First ? 1 : 0;
            if (!payment.Superseded)
            {
                totals.Peers++;
                if (_bankSeen[payment.PeerBank] != _scan)
                {
                    _bankSeen[payment.PeerBank] = _scan;
                    totals.Banks++;
                }
            }

            if (payment.Peer == peer)
            {
                totals.PairCount++;
                totals.PairSum += payment.Amount;
            }
        }

        NearestAmount = totals.Count > 0 ? nearest : double.NaN;
        _windows.AsSpan(window).Fill(totals);
    }
}
