namespace Consortium.Learning.Families.Boosting;

/// <summary>Gauss-Legendre quadrature on (0, 1): n points integrate polynomials of degree up to 2n - 1 exactly.</summary>
internal static class Quadrature
{
    /// <summary>The points, ascending, and their weights, which sum to 1.</summary>
    public static (double[] Points, double[] Weights) GaussLegendre(int count)
    {
        var points = new double[count];
        var weights = new double[count];
        for (int i = 0; i < count; i++)
        {
            // Newton's method on the Legendre polynomial from the usual first guess; it converges quadratically.
            double x = Math.Cos(Math.PI * (i + 0.75) / (count + 0.5));
            double slope = 0;
            for (int iteration = 0; iteration < 10; iteration++)
            {
                (double value, slope) = Legendre(count, x);
                x -= value / slope;
            }

            points[count - 1 - i] = (1 + x) / 2;
            weights[count - 1 - i] = 1 / ((1 - x * x) * slope * slope);
        }

        return (points, weights);
    }

    /// <summary>The polynomial and its derivative by the three-term recurrence; -1 &lt; x &lt; 1.</summary>
    private static (double Value, double Slope) Legendre(int degree, double x)
    {
        double before = 1, value = x;
        for (int n = 2; n <= degree; n++)
        {
            (before, value) = (value, ((2 * n - 1) * x * value - (n - 1) * before) / n);
        }

        return (value, degree * (x * value - before) / (x * x - 1));
    }
}
