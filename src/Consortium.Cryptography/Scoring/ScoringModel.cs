using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Scoring;

/// <summary>
/// Secret integer weights over public cells, with every bound that a reply relies on computed here: a model that misses one is
/// not loaded. Immutable and thread-safe until disposed.
/// </summary>
public sealed class ScoringModel : IDisposable
{
    /// <summary>The distance of a reply's noise from noise that does not depend on the weights may be 2^-40.</summary>
    public const double LargestDistanceLog2 = -40;

    /// <summary>Rounding of a reply may reach ten standard deviations before a score is wrong.</summary>
    private const double RoundingDeviations = 10;

    private readonly int[] _weights;
    private readonly KeyOperand[] _operands;

    /// <param name="parameters">Shape of queries and replies.</param>
    /// <param name="weights">A weight for each cell.</param>
    /// <param name="groups">The cells of each group, in order: a payment falls into one cell of each.</param>
    /// <exception cref="ArgumentException">
    /// Groups do not cover the cells, or a bound fails: the text has value and limit.
    /// </exception>
    public ScoringModel(ScoringParameters parameters, ReadOnlySpan<int> weights, ReadOnlySpan<int> groups)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, parameters.Cells, nameof(weights));
        (LeastScore, LargestScore) = Range(weights, groups);
        int limit = (parameters.PlainModulus - 1) / 2;
        if (LargestScore > limit || LeastScore < -limit)
        {
            throw new ArgumentException(
                $"Scores of this model lie within {LeastScore} and {LargestScore}; "
                + $"t = {parameters.PlainModulus} holds +-{limit}.",
                nameof(weights));
        }

        Parameters = parameters;
        (DistanceLog2, WorstNoise) = Noise(parameters, weights);
        if (DistanceLog2 > LargestDistanceLog2)
        {
            throw new ArgumentException(
                $"The flood hides this model's noise within 2^{DistanceLog2:F1} only; 2^{LargestDistanceLog2} is the limit.",
                nameof(weights));
        }

        double scale = Math.ScaleB(1, parameters.ReplyBits) / (double)ScoringParameters.Modulus;
        double room = Math.ScaleB(1, parameters.ReplyBits - 1) / parameters.PlainModulus;
        double rounding = Math.Sqrt((1 + (RnsBasis.Degree * Square(DiscreteGaussian.NarrowSigma))) / 12);
        RoomDeviations = (room - ((WorstNoise + Math.ScaleB(1, parameters.FloodBits - 1)) * scale)) / rounding;
        if (RoomDeviations < RoundingDeviations)
        {
            throw new ArgumentException(
                $"A reply leaves {RoomDeviations:F1} standard deviations to its rounding; {RoundingDeviations} are needed.",
                nameof(weights));
        }

        _weights = weights.ToArray();
        _operands = [.. Enumerable.Range(0, parameters.Blocks).Select(Operand)];
    }

    public ScoringParameters Parameters { get; }

    /// <summary>The least score of any payment.</summary>
    public long LeastScore { get; }

    /// <summary>The largest score of any payment.</summary>
    public long LargestScore { get; }

    /// <summary>
    /// log2 of a bound on the statistical distance between the noise of a reply, over all its payments and an honest client's
    /// noise, and the flood alone: the mean size of what the flood hides, over the flood's width.
    /// </summary>
    public double DistanceLog2 { get; }

    /// <summary>Standard deviations of a reply's rounding that fit the room.</summary>
    public double RoomDeviations { get; }

    /// <summary>The largest noise there can be before the flood.</summary>
    internal double WorstNoise { get; }

    internal KeyOperand Weights(int block) => _operands[block];

    /// <summary>The score in the clear, the exact reference of an encrypted one.</summary>
    /// <param name="cells">One byte a cell.</param>
    public long Score(ReadOnlySpan<byte> cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, _weights.Length, nameof(cells));
        long score = 0;
        for (int i = 0; i < cells.Length; i++)
        {
            score += (long)_weights[i] * cells[i];
        }

        return score;
    }

    public void Dispose()
    {
        Array.Clear(_weights);
        foreach (KeyOperand operand in _operands)
        {
            operand.Dispose();
        }
    }

    public override string ToString() => "ScoringModel(redacted)";

    private static (long Least, long Largest) Range(ReadOnlySpan<int> weights, ReadOnlySpan<int> groups)
    {
        long least = 0, largest = 0, at = 0;
        foreach (int cells in groups)
        {
            if (cells < 1 || cells > weights.Length - at)
            {
                throw new ArgumentException(
                    $"A group of {cells} cells does not fit after {at} of {weights.Length}.", nameof(groups));
            }

            int low = int.MaxValue, high = int.MinValue;
            foreach (int weight in weights.Slice((int)at, cells))
            {
                (low, high) = (Math.Min(low, weight), Math.Max(high, weight));
            }

            (least, largest, at) = (least + low, largest + high, at + cells);
        }

        return at == weights.Length
            ? (least, largest)
            : throw new ArgumentException($"The groups have {at} cells, the model has {weights.Length}.", nameof(groups));
    }

    /// <summary>
    /// What stands beside Delta * score in the phase of a reply: w * e, the fresh zero's e' * u + e'' + e''' * s, and
    /// score * (q/t - Delta).
    /// </summary>
    private static (double DistanceLog2, double Worst) Noise(ScoringParameters parameters, ReadOnlySpan<int> weights)
    {
        double squares = 0, sum = 0, sigma = DiscreteGaussian.NarrowSigma, most = DiscreteGaussian.LargestNarrowMagnitude;
        foreach (int weight in weights)
        {
            squares += Square(weight);
            sum += Math.Abs((double)weight);
        }

        double deviation = Math.Sqrt((Square(sigma) * (squares + 1)) + (2 * RnsBasis.Degree * Square(Square(sigma))));
        double rounding = parameters.PlainModulus / 2.0;
        double distance = Math.Log2(parameters.Payments * (deviation + rounding)) - parameters.FloodBits;
        return (distance, (most * (sum + 1)) + (2 * RnsBasis.Degree * Square(most)) + rounding);
    }

    /// <summary>Weight k of a block at -P * k, so that coefficient p of the product is payment p's score.</summary>
    private KeyOperand Operand(int block)
    {
        int first = block * Parameters.CellsPerBlock;
        int count = Math.Min(Parameters.CellsPerBlock, Parameters.Cells - first);
        int[] reversed = new int[RnsBasis.Degree];
        reversed[0] = _weights[first];
        for (int i = 1; i < count; i++)
        {
            reversed[RnsBasis.Degree - (i * Parameters.Payments)] = -_weights[first + i];
        }

        var operand = new KeyOperand(reversed);
        Array.Clear(reversed);
        return operand;
    }

    private static double Square(double value) => value * value;
}
