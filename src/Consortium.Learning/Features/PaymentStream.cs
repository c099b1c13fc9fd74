namespace Consortium.Learning.Features;

/// <summary>What an account remembers of one direction, out or in.</summary>
internal struct PaymentStream
{
    /// <summary>Payments of the last <see cref="Horizon.Recent"/> minutes.</summary>
    public PaymentRing Recent;

    /// <summary>First payments with a counterparty, of the last <see cref="Horizon.Firsts"/> minutes.</summary>
    public PaymentRing Firsts;

    /// <summary>Base-2 logarithms of all amounts, each plus one.</summary>
    public RunningMoments LogAmounts;

    public Calendar Calendar;

    /// <summary>Counterparties, each as often as it was new.</summary>
    public int Peers;

    /// <summary>Meaningless while <see cref="Count"/> is 0, like <see cref="LastMinute"/>.</summary>
    public int FirstMinute;

    public int LastMinute;

    public readonly int Count => LogAmounts.Count;

    public void Add(in RememberedPayment payment, double logAmount)
    {
        if (Count == 0)
        {
            FirstMinute = payment.Minute;
        }

        LastMinute = payment.Minute;
        LogAmounts.Add(logAmount);
        Calendar.Add(Horizon.Day(payment.Minute));
        Recent.ForgetBefore(payment.Minute - Horizon.Recent);
        Recent.Add(payment, Horizon.RecentLimit);
        if (payment.First)
        {
            Peers++;
            Firsts.ForgetBefore(payment.Minute - Horizon.Firsts);
            Firsts.Add(payment, Horizon.FirstLimit);
        }
    }

    /// <summary>Forgets what no feature of <paramref name="minute"/> or later looks at.</summary>
    public void ForgetExpired(int minute)
    {
        Recent.ForgetBefore(minute - Horizon.Recent);
        Firsts.ForgetBefore(minute - Horizon.Firsts);
    }
}
