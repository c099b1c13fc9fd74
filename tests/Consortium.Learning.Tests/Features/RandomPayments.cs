#pragma warning disable RS0030 // Test data from a seed.
using Consortium.Learning.Payments;

namespace Consortium.Learning.Tests.Features;

/// <summary>Small random traffic, dense enough that every window, pair and path occurs.</summary>
internal static class RandomPayments
{
    public static readonly BankId[] Banks = [new("001"), new("02"), new("3")];

    /// <summary>
    /// Payments in order of time, many of the same minute, between <paramref name="accounts"/> accounts of three banks.
    /// </summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="count">How many payments.</param>
    /// <param name="accounts">How many accounts take part.</param>
    /// <param name="meanGap">Mean minutes from one to the next.</param>
    public static List<NamedPayment> Draw(int seed, int count, int accounts, int meanGap)
    {
        var random = new Random(seed);
        var payments = new List<NamedPayment>(count);
        DateTime time = new(2022, 9, 1);
        for (int i = 0; i < count; i++)
        {
            if (random.Next(4) != 0)
            {
                time = time.AddMinutes(random.Next(2 * meanGap));
            }

            int from = random.Next(accounts);
            int to = random.Next(8) == 0 ? from : random.Next(accounts);
            decimal paid = random.Next(6) == 0 ? random.Next(5) * 1000 : random.Next(1, 1_000_000) / 100m;
            decimal received = random.Next(5) == 0 ? decimal.Round(paid * 0.9m, 2) : paid;
            payments.Add(new NamedPayment(time, from, to, paid, received, (PaymentFormat)random.Next(8)));
        }

        return payments;
    }
}
