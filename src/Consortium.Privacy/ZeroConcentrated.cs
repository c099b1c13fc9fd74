namespace Consortium.Privacy;

/// <summary>
/// What rho of zero-concentrated differential privacy means as epsilon and delta, by the conversion of Canonne, Kamath and
/// Steinke (NeurIPS 2020, proposition 12): the best order of Renyi divergence is searched.
/// </summary>
public static class ZeroConcentrated
{
    /// <summary>Orders of Renyi divergence that are searched, less 1: from here on.</summary>
    private const double LeastOrder = 1e-6;

    private const double LargestOrder = 1e9;

    /// <summary>Halvings of the logarithm's interval: more digits than a double has.</summary>
    private const int Steps = 200;

    /// <summary>The least epsilon that rho gives with this delta.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Rho is negative, or delta is not between 0 and 1.</exception>
    public static double Epsilon(double rho, double delta)
    {
        Guard(rho, delta);
        if (rho == 0)
        {
            return 0;
        }

        double log = Math.Log(delta);
        return Math.Max(0, Least(order =>
            rho * (1 + order) + ((order * Math.Log(order / (1 + order))) - Math.Log(1 + order) - log) / order));
    }

    /// <summary>The least delta that rho gives with this epsilon.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Rho or epsilon is negative.</exception>
    public static double Delta(double rho, double epsilon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rho);
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon);
        return rho == 0
            ? 0
            : Math.Min(1, Math.Exp(Least(order =>
                (order * ((rho * (1 + order)) - epsilon))
                - Math.Log(order)
                + ((1 + order) * Math.Log(order / (1 + order))))));
    }

    /// <summary>The largest rho that has this epsilon with this delta.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is not positive, or delta is not between 0 and 1.</exception>
    public static double Rho(double epsilon, double delta)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        Guard(0, delta);

        // Of rho alone epsilon is at least rho, so the answer lies below.
        double low = 0, high = epsilon + 1;
        for (int i = 0; i < Steps; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Epsilon(middle, delta) <= epsilon ? (middle, high) : (low, middle);
        }

        return low;
    }

    private static void Guard(double rho, double delta)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rho);
        if (!(delta > 0 && delta < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "Delta is above 0 and below 1.");
        }
    }

    /// <summary>The least value over all orders, of a function that falls and then rises.</summary>
    /// <param name="value">Of an order less 1.</param>
    private static double Least(Func<double, double> value)
    {
        double low = Math.Log(LeastOrder), high = Math.Log(LargestOrder);
        for (int i = 0; i < Steps; i++)
        {
            double left = low + ((high - low) / 3), right = high - ((high - low) / 3);
            (low, high) = value(Math.Exp(left)) <= value(Math.Exp(right)) ? (low, right) : (left, high);
        }

        return value(Math.Exp((low + high) / 2));
    }
}
