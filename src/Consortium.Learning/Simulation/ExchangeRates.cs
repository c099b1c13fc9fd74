using Consortium.Learning.Payments;

namespace Consortium.Learning.Simulation;

/// <summary>Fixed rates of AMLworld's currencies: what one US dollar buys, of the order of 2022's.</summary>
internal static class ExchangeRates
{
    private static readonly decimal[] PerDollar =
        [1m, 0.85m, 6.7m, 105m, 73m, 77m, 0.77m, 1.31m, 1.41m, 0.91m, 5.65m, 21.1m, 3.75m, 3.38m, 0.000084m];

    /// <summary>Currencies that people hold accounts in: all of the table but Bitcoin.</summary>
    private static readonly int Held = PerDollar.Length - 1;

    public static Currency Bitcoin => new((byte)Held);

    public static Currency Draw(ref SeededRandom random) => new((byte)random.Below(Held));

    /// <summary>
    /// The amount in <paramref name="currency"/>, to two places (Bitcoin: to six), at least one unit of the last place.
    /// </summary>
    public static decimal FromCents(long cents, Currency currency)
    {
        bool bitcoin = currency == Bitcoin;
        decimal amount = decimal.Round(cents * PerDollar[currency.Code] / 100, bitcoin ? 6 : 2, MidpointRounding.ToEven);
        decimal least = bitcoin ? 0.000001m : 0.01m;

        // Adding a zero with the right scale writes every amount with as many places.
        return Math.Max(amount, least) + (bitcoin ? 0.000000m : 0.00m);
    }
}
