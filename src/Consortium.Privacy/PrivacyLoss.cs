using System.Globalization;

namespace Consortium.Privacy;

/// <summary>
/// The rho of zero-concentrated differential privacy (Bun and Steinke, TCC 2016), as a whole number of billionths, so that sums
/// are the same on every machine. Losses of several releases add up.
/// </summary>
/// <param name="Billionths">Not negative.</param>
public readonly record struct PrivacyLoss(long Billionths) : IComparable<PrivacyLoss>
{
    /// <summary>More than any guarantee is worth: epsilon is above a million from here on.</summary>
    public const long LargestBillionths = 1_000_000L * 1_000_000_000;

    private const double Unit = 1e-9;

    public static PrivacyLoss Zero { get; }

    public double Rho => Billionths * Unit;

    /// <summary>Rounded up: what is counted is never less than what is lost.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, not a number, or above a million.</exception>
    public static PrivacyLoss AtLeast(double rho) =>
        rho >= 0 && rho <= LargestBillionths * Unit
            ? new PrivacyLoss((long)Math.Ceiling(rho / Unit))
            : throw new ArgumentOutOfRangeException(nameof(rho), rho, "Rho is 0 to 1000000.");

    /// <summary>One release of sums with Gaussian noise: rho = sensitivity^2 / (2 variance).</summary>
    /// <param name="sensitivity">The largest Euclidean distance by which one unit can move the vector.</param>
    /// <param name="variance">Of the noise of each entry.</param>
    public static PrivacyLoss OfGaussian(double sensitivity, double variance)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(variance);
        return AtLeast(sensitivity * sensitivity / (2 * variance));
    }

    /// <summary>At most 64 bits: a sum that is larger stays there, and no budget covers it.</summary>
    public static PrivacyLoss operator +(PrivacyLoss left, PrivacyLoss right) =>
        new((long)Int128.Min((Int128)left.Billionths + right.Billionths, long.MaxValue));

    /// <inheritdoc cref="op_Addition"/>
    public static PrivacyLoss operator *(PrivacyLoss loss, int times) =>
        new((long)Int128.Min((Int128)loss.Billionths * times, long.MaxValue));

    public static bool operator >(PrivacyLoss left, PrivacyLoss right) => left.Billionths > right.Billionths;

    public static bool operator <(PrivacyLoss left, PrivacyLoss right) => left.Billionths < right.Billionths;

    public int CompareTo(PrivacyLoss other) => Billionths.CompareTo(other.Billionths);

    /// <summary>The epsilon that holds with this delta.</summary>
    public double Epsilon(double delta) => ZeroConcentrated.Epsilon(Rho, delta);

    public override string ToString() => Rho.ToString("0.#########", CultureInfo.InvariantCulture);
}
