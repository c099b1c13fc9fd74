using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Learning.Families.Logistic;

/// <summary>
/// Logistic regression's steps: each round sums gradient and Hessian at the current weights and takes one Newton step.
/// </summary>
/// <remarks>
/// The vector holds, over the features and the constant of the intercept last: the gradient, each entry plus an offset; then the
/// lower triangle of the Hessian, row by row, each entry plus the same offset. Rows enter as integers: z × 2^8 for a standardised
/// value (at most 2^11), and the root of the row's weight p(1 − p) times z, × 2^8 (at most 2^10): a matrix of products of those
/// is positive semidefinite, whatever rounding did.
/// </remarks>
internal sealed class NewtonState : TrainingState
{
    public const byte KindByte = 4;

    /// <summary>Scale of a standardised value.</summary>
    public const double ValueScale = 1 << 8;

    /// <summary>Scale of a residual: fine, for where laundering is rare most residuals are below a thousandth.</summary>
    public const double ResidualScale = 1 << 16;

    /// <summary>Scale of a standardised value times the root of its row's weight.</summary>
    public const double RootedScale = 1 << 10;

    /// <summary>No row adds more than this to any entry.</summary>
    public const long LargestTerm = 1L << 27;

    /// <summary>No weight moves further in one step: far from the optimum a full Newton step may overshoot.</summary>
    private const double LongestMove = 4;

    /// <summary>
    /// A move went too far where the loss rises at its end by more than this part of how it fell at its start. The loss is
    /// convex, so the least point of the move lies between, and the next round tries where the two slopes, taken as a line, cross
    /// zero.
    /// </summary>
    private const double Overshoot = 0.5;

    private readonly double[] _means;
    private readonly double[] _inverseDeviations;
    private readonly double[] _weights;
    private readonly double[] _origin;
    private readonly double _slope;
    private readonly bool _complete;

    /// <param name="origin">The weights that the last move started from.</param>
    /// <param name="slope">
    /// The loss's derivative there in the direction of the current weights, or 0 where there was no move.
    /// </param>
    private NewtonState(
        TrainingPlan plan, int round, double[] weights, double[] origin, double slope, bool complete)
        : base(plan, round)
    {
        _means = [.. plan.Units.Select(unit => PublicScale.Of(unit).Mean)];
        _inverseDeviations = [.. plan.Units.Select(unit => 1 / PublicScale.Of(unit).Deviation)];
        _weights = weights;
        _origin = origin;
        _slope = slope;
        _complete = complete;
        WeightScale = 1 / Math.Max(1, Settings.PositiveWeight);
    }

    public LogisticSettings Settings => (LogisticSettings)Plan.Settings;

    /// <summary>Brings the heavier class's weight to at most 1.</summary>
    public double WeightScale { get; }

    /// <summary>Weights of the features, the intercept last.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Added to each entry, so that a contribution is not negative.</summary>
    public long Offset => Plan.MaximumRows * LargestTerm;

    public override RoundRequest? Request => _complete
        ? null
        : new(_weights.Length + (_weights.Length * (_weights.Length + 1) / 2), (2 * Offset) + 1);

    public override Model? Model => _complete ? Current() : null;

    protected override byte Kind => KindByte;

    /// <summary>
    /// Starts where every row's probability is a half. From there Newton steps hardly ever go too far; from the rate of
    /// laundering they would, for where p is tiny the loss curves so little that a step wants to go 1/p.
    /// </summary>
    public static NewtonState FromZero(TrainingPlan plan)
    {
        var weights = new double[plan.FeatureCount + 1];
        return new NewtonState(plan, 0, weights, weights, slope: 0, complete: false);
    }

    public static NewtonState Read(ref CanonicalReader reader, TrainingPlan plan, int round)
    {
        double[] weights = reader.Doubles();
        double[] origin = reader.Doubles();
        double slope = reader.Finite();
        bool complete = reader.Bool();
        reader.Require(
            weights.Length == plan.FeatureCount + 1 && origin.Length == weights.Length,
            "a weight for each feature and one for the intercept",
            weights.Length);
        return new NewtonState(plan, round, weights, origin, slope, complete);
    }

    /// <summary>The model at the current weights.</summary>
    public LogisticModel Current() =>
        new(Plan.SchemaDigest.Span, [.. _means], [.. _inverseDeviations], [.. _weights.AsSpan(
            0, Plan.FeatureCount)], _weights[^1]);

    protected override void Write(CanonicalWriter writer)
    {
        writer.Doubles(_weights);
        writer.Doubles(_origin);
        writer.Double(_slope);
        writer.Bool(_complete);
    }

    protected override TrainingState Next(ReadOnlySpan<long> sum, int cohort)
    {
        int size = _weights.Length;
        double gradientUnit = 1 / (ResidualScale * ValueScale * WeightScale);
        double hessianUnit = 1 / (RootedScale * RootedScale * WeightScale);
        long offset = cohort * Offset;
        var gradient = new double[size];
        var hessian = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            double ridge = i < size - 1 ? Settings.L2 : 0;
            gradient[i] = ((sum[i] - offset) * gradientUnit) + (ridge * _weights[i]);
            for (int j = 0; j <= i; j++)
            {
                hessian[(i * size) + j] = (sum[size + (i * (i + 1) / 2) + j] - offset) * hessianUnit;
            }

            hessian[(i * size) + i] += ridge;
        }

        bool last = Round + 1 >= Settings.Steps;
        double slope = SlopeOfLastMove(gradient);
        if (slope > Overshoot * -_slope)
        {
            double back = -_slope / (slope - _slope);
            return MovedTo(Combine(_origin, 1 - back, _weights, back), _origin, back * _slope, last);
        }

        double[] step = Cholesky.Solve(hessian, gradient);
        double longest = step.Max(Math.Abs);
        if (!double.IsFinite(longest))
        {
            throw new ArgumentException(
                "The sum gives no finite Newton step: no rows have this gradient and Hessian.", nameof(sum));
        }

        if (last)
        {
            return MovedTo(_weights, _weights, slope: 0, complete: true);
        }

        double damping = longest > LongestMove ? LongestMove / longest : 1;
        double descent = 0;
        for (int i = 0; i < size; i++)
        {
            descent -= damping * step[i] * gradient[i];
        }

        return MovedTo(Combine(_weights, 1, step, -damping), _weights, descent, longest <= Settings.Tolerance);
    }

    private static double[] Combine(double[] left, double leftFactor, double[] right, double rightFactor)
    {
        var sum = new double[left.Length];
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] = (leftFactor * left[i]) + (rightFactor * right[i]);
        }

        return sum;
    }

    private NewtonState MovedTo(double[] weights, double[] origin, double slope, bool complete) =>
        new(Plan, Round + 1, weights, origin, slope, complete);

    /// <summary>The loss's derivative at the current weights in the direction of the last move.</summary>
    private double SlopeOfLastMove(double[] gradient)
    {
        double slope = 0;
        for (int i = 0; i < gradient.Length; i++)
        {
            slope += gradient[i] * (_weights[i] - _origin[i]);
        }

        return slope;
    }
}
