using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Ballots;

/// <summary>
/// One bank's vote: a 1 for its choice and 0 for the others, shared to T of J holders, with a proof that it is that and no more.
/// This folder's README has the proof. Secret; erased by <see cref="Dispose"/>. Not thread-safe.
/// </summary>
public sealed class Ballot : IDisposable
{
    private static readonly MontgomeryField Field = MontgomeryField.Scalars;

    private readonly int _threshold;
    private readonly RandomSource _randomness;

    /// <summary>Row t holds the coefficients of x^t of what is shared, row 0 the secrets.</summary>
    private readonly Word256[] _rows;

    private Ballot(int threshold, RandomSource randomness)
    {
        _threshold = threshold;
        _randomness = randomness;
        _rows = GC.AllocateArray<Word256>(threshold * BallotShape.Shared, pinned: true);
    }

    /// <summary>How many choices there are.</summary>
    public static int Choices => BallotShape.Choices;

    /// <param name="choice">0 to <see cref="Choices"/> - 1.</param>
    /// <param name="threshold">T.</param>
    /// <param name="randomness">Where blinding and shares are drawn from.</param>
    public static Ballot Draw(int choice, int threshold, RandomSource randomness)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(choice);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(choice, Choices);
        Span<Word256> votes = stackalloc Word256[Choices];
        for (int i = 0; i < votes.Length; i++)
        {
            votes[i] = Word256.Select(0 - (((ulong)(i ^ choice) - 1) >> 63), Field.One, default);
        }

        return Draw(votes, threshold, randomness);
    }

    /// <summary>Draws a ballot of any values, which only <see cref="Choices"/> of the right form make one that counts.</summary>
    /// <param name="votes">Elements of the field of scalars.</param>
    internal static Ballot Draw(ReadOnlySpan<Word256> votes, int threshold, RandomSource randomness)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 2);
        var ballot = new Ballot(threshold, randomness);
        foreach (ref Word256 value in ballot._rows.AsSpan())
        {
            value = ballot.DrawScalar();
        }

        Span<Word256> secrets = ballot.Row(0);
        votes.CopyTo(secrets);
        SetProducts(secrets);
        return ballot;
    }

    /// <summary>What one holder gets: 352 bytes. Erase them after sealing.</summary>
    /// <param name="holder">1 to J.</param>
    public byte[] EncodeShare(int holder)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(holder, 1);
        byte[] share = GC.AllocateArray<byte>(BallotShape.ShareLength, pinned: true);
        Word256 x = Field.Of((ulong)holder);
        for (int i = 0; i < BallotShape.Shared; i++)
        {
            Word256 value = default;
            for (int power = _threshold - 1; power >= 0; power--)
            {
                value = Field.Add(Field.Multiply(value, x), Row(power)[i]);
            }

            Field.Leave(value).Write(share.AsSpan(i * Word256.Length));
        }

        return share;
    }

    /// <summary>Commitments and proof: what everybody may see.</summary>
    /// <param name="challenge">32 bytes: a hash of all else that is public, the digests of all sealed shares among it.</param>
    public byte[] Prove(ReadOnlySpan<byte> challenge)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(challenge.Length, CheckedBallot.ChallengeLength, nameof(challenge));
        byte[] proof = new byte[BallotShape.ProofLength(_threshold)];
        var writer = new ProofWriter(proof);
        Span<CurvePoint> commitments = stackalloc CurvePoint[BallotShape.Choices];
        for (int i = 0; i < BallotShape.Choices; i++)
        {
            for (int power = 0; power < _threshold; power++)
            {
                CurvePoint commitment = Commit(Row(power)[i], Row(power)[BallotShape.BlindingAt + i]);
                commitments[i] = power == 0 ? commitment : commitments[i];
                writer.Write(commitment);
            }
        }

        ReadOnlySpan<Word256> blinding = Row(0).Slice(BallotShape.BlindingAt, BallotShape.Choices);
        writer.Write(Field.Add(Field.Add(blinding[0], blinding[1]), blinding[2]));
        ProveBits(ref writer, commitments, challenge);
        var question = new BallotQuestion(challenge, writer.Written);
        for (int power = 0; power < _threshold; power++)
        {
            Word256[] forms = question.Of(Row(power));
            foreach (Word256 form in power == 0 ? forms.AsSpan(1, 1) : forms)
            {
                writer.Write(form);
            }
        }

        return proof;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_rows.AsSpan()));

    public override string ToString() => "Ballot(redacted)";

    internal static CurvePoint Commit(in Word256 value, in Word256 blinding) =>
        FixedPoint.G.Times(Field.Leave(value)) + FixedPoint.H.Times(Field.Leave(blinding));

    /// <summary>
    /// That each commitment C is r H or C - G is: the side that is not so is made up before the challenge is known (Cramer,
    /// Damgard, Schoenmakers, Crypto 1994).
    /// </summary>
    private void ProveBits(
        ref ProofWriter writer, scoped ReadOnlySpan<CurvePoint> commitments, ReadOnlySpan<byte> challenge)
    {
        using var drawn = new Primitives.SecretMemory<Word256>(3 * BallotShape.Choices);
        Span<byte> statement = stackalloc byte[(2 * BallotShape.Choices * CurvePoint.Length) + writer.Written.Length];
        writer.Written.CopyTo(statement);
        var announced = new ProofWriter(statement[writer.Written.Length..]);
        for (int i = 0; i < BallotShape.Choices; i++)
        {
            Span<Word256> secrets = drawn.Span.Slice(3 * i, 3);
            (secrets[0], secrets[1], secrets[2]) = (DrawScalar(), DrawScalar(), DrawScalar());
            ulong isOne = MaskOfOne(i);
            CurvePoint madeUp = CurvePoint.Select(isOne, commitments[i], commitments[i] - CurvePoint.G);
            CurvePoint fake = FixedPoint.H.Times(Field.Leave(secrets[2])) - madeUp.Times(Field.Leave(secrets[1]));
            CurvePoint real = FixedPoint.H.Times(Field.Leave(secrets[0]));
            announced.Write(CurvePoint.Select(isOne, fake, real));
            announced.Write(CurvePoint.Select(isOne, real, fake));
        }

        Word256 total = BallotQuestion.Hash(CheckedBallot.BitsLabel, challenge, statement);
        writer.Write(total);
        for (int i = 0; i < BallotShape.Choices; i++)
        {
            ReadOnlySpan<Word256> secrets = drawn.Span.Slice(3 * i, 3);
            ulong isOne = MaskOfOne(i);
            Word256 own = Field.Subtract(total, secrets[1]);
            Word256 answer = Field.Add(secrets[0], Field.Multiply(own, Row(0)[BallotShape.BlindingAt + i]));
            writer.Write(Word256.Select(isOne, secrets[1], own));
            writer.Write(Word256.Select(isOne, secrets[2], answer));
            writer.Write(Word256.Select(isOne, answer, secrets[2]));
        }
    }

    /// <summary>The values of h = f(f - 1) at 4 to 7.</summary>
    private static void SetProducts(Span<Word256> secrets)
    {
        for (int node = BallotShape.FactorNodes; node <= BallotShape.ProductNodes; node++)
        {
            Word256 value = BallotQuestion.FactorAt(Field.Of((ulong)node), secrets);
            secrets[BallotShape.ProductsAt + node - BallotShape.FactorNodes] =
                Field.Multiply(value, Field.Subtract(value, Field.One));
        }
    }

    private ulong MaskOfOne(int choice) => 0 - (Field.Leave(Row(0)[choice]).W0 & 1);

    private Span<Word256> Row(int power) => _rows.AsSpan(power * BallotShape.Shared, BallotShape.Shared);

    /// <summary>Uniform below the order. One draw in 2^32 is drawn again, which tells nothing of the one that is kept.</summary>
    private Word256 DrawScalar()
    {
        Span<byte> bytes = stackalloc byte[Word256.Length];
        Word256 number;
        do
        {
            _randomness.Fill(bytes);
            number = Word256.Read(bytes);
        }
        while (!Field.IsBelowModulus(number));
        bytes.Clear();
        return Field.Enter(number);
    }
}
