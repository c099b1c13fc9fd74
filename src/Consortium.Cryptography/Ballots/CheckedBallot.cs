using System.Diagnostics.CodeAnalysis;

namespace Consortium.Cryptography.Ballots;

/// <summary>
/// A ballot's public part that everybody who looks finds to be of the right form: commitments to one 1 and otherwise 0.
/// Immutable.
/// </summary>
public sealed class CheckedBallot
{
    /// <summary>Bytes of a challenge.</summary>
    public const int ChallengeLength = 32;

    private static readonly MontgomeryField Field = MontgomeryField.Scalars;

    private readonly BallotQuestion _question;

    /// <summary>[form, power]: the polynomials that the opened forms lie on.</summary>
    private readonly Word256[,] _forms;

    private CheckedBallot(int threshold, CurvePoint[,] commitments, BallotQuestion question, Word256[,] forms)
    {
        Threshold = threshold;
        Commitments = commitments;
        _question = question;
        _forms = forms;
    }

    internal static ReadOnlySpan<byte> BitsLabel => "consortium ballot bits v1"u8;

    internal int Threshold { get; }

    /// <summary>[choice, power].</summary>
    internal CurvePoint[,] Commitments { get; }

    /// <summary>Bytes of a ballot's public part: 873 for T = 3.</summary>
    public static int EncodedLength(int threshold) => BallotShape.ProofLength(threshold);

    /// <summary>Checks what a bank published. Hostile bytes never throw.</summary>
    /// <param name="threshold">T.</param>
    /// <param name="challenge">What the bank's proof must answer.</param>
    /// <param name="proof">The public part.</param>
    /// <param name="ballot">The ballot, if it is one.</param>
    /// <param name="problem">Why it is none, in words for people, if so.</param>
    public static bool TryCheck(
        int threshold,
        ReadOnlySpan<byte> challenge,
        ReadOnlySpan<byte> proof,
        [NotNullWhen(true)] out CheckedBallot? ballot,
        [NotNullWhen(false)] out string? problem)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 2);
        ArgumentOutOfRangeException.ThrowIfNotEqual(challenge.Length, ChallengeLength, nameof(challenge));
        ballot = null;
        if (proof.Length != EncodedLength(threshold))
        {
            problem = $"a ballot of {proof.Length} bytes, not of {EncodedLength(threshold)}";
            return false;
        }

        var reader = new ProofReader(proof);
        var commitments = new CurvePoint[BallotShape.Choices, threshold];
        for (int i = 0; i < BallotShape.Choices; i++)
        {
            for (int power = 0; power < threshold; power++)
            {
                commitments[i, power] = reader.Point();
            }
        }

        Word256 blinding = reader.Scalar();
        ReadOnlySpan<byte> statement = reader.Read;
        bool bitsHold = BitsHold(ref reader, commitments, challenge, statement);
        var question = new BallotQuestion(challenge, reader.Read);
        var forms = new Word256[BallotShape.Forms, threshold];
        Word256 factor = reader.Scalar();
        (forms[0, 0], forms[1, 0]) = (Field.One, factor);
        forms[2, 0] = Field.Multiply(factor, Field.Subtract(factor, Field.One));
        for (int power = 1; power < threshold; power++)
        {
            for (int form = 0; form < BallotShape.Forms; form++)
            {
                forms[form, power] = reader.Scalar();
            }
        }

        CurvePoint total = commitments[0, 0] + commitments[1, 0] + commitments[2, 0] - CurvePoint.G;
        problem = !reader.IsWellFormed ? "a ballot whose bytes are no points and scalars"
            : !total.Is(FixedPoint.H.Times(Field.Leave(blinding))) ? "a ballot that is not one vote"
            : !bitsHold ? "a ballot with a choice that is neither 0 nor 1"
            : null;
        ballot = problem is null ? new CheckedBallot(threshold, commitments, question, forms) : null;
        return ballot is not null;
    }

    /// <summary>
    /// Whether a holder's share is on the committed polynomials, and what it shares passes the test of its form.
    /// </summary>
    internal bool Holds(int holder, ReadOnlySpan<Word256> share) =>
        FormHolds(holder, share) && AreOn(Commitments, Threshold, holder, share);

    /// <summary>The test alone, which no discrete logarithm helps to pass.</summary>
    internal bool FormHolds(int holder, ReadOnlySpan<Word256> share)
    {
        Word256[] forms = _question.Of(share);
        Word256 x = Field.Of((ulong)holder);
        bool holds = true;
        for (int form = 0; form < BallotShape.Forms; form++)
        {
            Word256 value = default;
            for (int power = Threshold - 1; power >= 0; power--)
            {
                value = Field.Add(Field.Multiply(value, x), _forms[form, power]);
            }

            holds &= value == forms[form];
        }

        return holds;
    }

    /// <summary>Whether values and their blinding at a holder's point are on committed polynomials.</summary>
    internal static bool AreOn(CurvePoint[,] commitments, int threshold, int holder, ReadOnlySpan<Word256> share)
    {
        for (int i = 0; i < BallotShape.Choices; i++)
        {
            CurvePoint committed = CurvePoint.Identity;
            for (int power = threshold - 1; power >= 0; power--)
            {
                committed = committed.TimesPublic(holder) + commitments[i, power];
            }

            if (!committed.Is(Ballot.Commit(share[i], share[BallotShape.BlindingAt + i])))
            {
                return false;
            }
        }

        return true;
    }

    private static bool BitsHold(
        ref ProofReader reader, CurvePoint[,] commitments, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> statement)
    {
        byte[] announced = new byte[statement.Length + (2 * BallotShape.Choices * CurvePoint.Length)];
        statement.CopyTo(announced);
        var writer = new ProofWriter(announced.AsSpan(statement.Length));
        Word256 total = reader.Scalar();
        for (int i = 0; i < BallotShape.Choices; i++)
        {
            Word256 zero = reader.Scalar();
            Word256 one = Field.Subtract(total, zero);
            Word256 answerOfZero = reader.Scalar(), answerOfOne = reader.Scalar();
            writer.Write(Announced(answerOfZero, zero, commitments[i, 0]));
            writer.Write(Announced(answerOfOne, one, commitments[i, 0] - CurvePoint.G));
        }

        return BallotQuestion.Hash(BitsLabel, challenge, announced) == total;
    }

    private static CurvePoint Announced(in Word256 answer, in Word256 question, in CurvePoint point) =>
        FixedPoint.H.Times(Field.Leave(answer)) - point.Times(Field.Leave(question));
}
