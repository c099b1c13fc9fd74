using System.Collections.Immutable;

namespace Consortium.Cryptography.Ballots;

/// <summary>
/// Counts ballots of which only a sum is opened. The sum of their commitments tells a right share-sum from a bent one, holder by
/// holder. Not thread-safe.
/// </summary>
/// <param name="threshold">T.</param>
public sealed class BallotCount(int threshold)
{
    private static readonly MontgomeryField Field = MontgomeryField.Scalars;

    private readonly CurvePoint[,] _commitments = Nothing(threshold);

    /// <summary>Ballots added.</summary>
    public int Ballots { get; private set; }

    public void Add(CheckedBallot ballot)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(ballot.Threshold, threshold, nameof(ballot));
        Ballots++;
        for (int i = 0; i < BallotShape.Choices; i++)
        {
            for (int power = 0; power < threshold; power++)
            {
                _commitments[i, power] += ballot.Commitments[i, power];
            }
        }
    }

    /// <summary>Whether a share-sum is that of the ballots added.</summary>
    public bool Fits(BallotShareSum sum) => CheckedBallot.AreOn(_commitments, threshold, sum.Holder, sum.Values);

    /// <summary>How many ballots have each choice.</summary>
    /// <param name="sums">Of different holders, which <see cref="Fits"/>; the first T count.</param>
    /// <exception cref="ArgumentException">
    /// Fewer than T; or what they give is no count of as many ballots, which takes a discrete logarithm.
    /// </exception>
    public ImmutableArray<int> Open(IReadOnlyList<BallotShareSum> sums)
    {
        BallotShareSum[] taken = [.. sums.DistinctBy(sum => sum.Holder).Take(threshold)];
        if (taken.Length < threshold)
        {
            throw new ArgumentException($"{taken.Length} share-sums of different holders; it takes {threshold}.", nameof(sums));
        }

        var counts = ImmutableArray.CreateBuilder<int>(BallotShape.Choices);
        for (int choice = 0; choice < BallotShape.Choices; choice++)
        {
            Word256 value = default;
            foreach (BallotShareSum sum in taken)
            {
                value = Field.Add(value, Field.Multiply(AtZero(taken, sum.Holder), sum.Values[choice]));
            }

            Word256 number = Field.Leave(value);
            if (number != Word256.Of(number.W0) || number.W0 > (ulong)Ballots)
            {
                throw new ArgumentException($"Choice {choice} has no count of {Ballots} ballots.", nameof(sums));
            }

            counts.Add((int)number.W0);
        }

        return counts.MoveToImmutable();
    }

    /// <summary>What the value at a holder's point counts for the value at 0.</summary>
    private static Word256 AtZero(BallotShareSum[] taken, int holder)
    {
        Word256 above = Field.One, below = Field.One;
        foreach (int other in taken.Select(sum => sum.Holder).Where(other => other != holder))
        {
            above = Field.Multiply(above, Field.Of((ulong)other));
            below = Field.Multiply(below, Field.Subtract(Field.Of((ulong)other), Field.Of((ulong)holder)));
        }

        return Field.Multiply(above, Field.Invert(below));
    }

    private static CurvePoint[,] Nothing(int threshold)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 2);
        var commitments = new CurvePoint[BallotShape.Choices, threshold];
        for (int i = 0; i < BallotShape.Choices; i++)
        {
            for (int power = 0; power < threshold; power++)
            {
                commitments[i, power] = CurvePoint.Identity;
            }
        }

        return commitments;
    }
}
