using System.Security.Cryptography;

namespace Consortium.Cryptography.Ballots;

/// <summary>
/// The point at which a ballot's polynomials are tested, and the linear forms of what is shared that follow from it. Public.
/// </summary>
internal sealed class BallotQuestion
{
    private static readonly MontgomeryField Field = MontgomeryField.Scalars;
    private static readonly Word256[] FactorInverses = Inverses(BallotShape.FactorNodes);
    private static readonly Word256[] ProductInverses = Inverses(BallotShape.ProductNodes);

    private readonly Word256[] _factors, _products;

    /// <param name="challenge">A hash of all that is public, the digests of all sealed shares among it.</param>
    /// <param name="proof">What comes before the test in the proof.</param>
    public BallotQuestion(ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> proof)
    {
        Word256 point = Hash("consortium ballot point v1"u8, challenge, proof);
        _factors = Basis(point, FactorInverses);
        _products = Basis(point, ProductInverses)[BallotShape.Choices..];
    }

    /// <summary>The challenge of the proof that each commitment is of 0 or 1.</summary>
    public static Word256 Hash(ReadOnlySpan<byte> label, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> statement)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(label);
        hash.AppendData(challenge);
        hash.AppendData(statement);
        Span<byte> bytes = stackalloc byte[Word256.Length];
        hash.GetHashAndReset(bytes);
        return Field.Enter(Word256.Read(bytes));
    }

    /// <summary>The forms of a holder's share, or of one power's coefficients at the bank.</summary>
    public Word256[] Of(ReadOnlySpan<Word256> shared) =>
    [
        Field.Add(Field.Add(shared[0], shared[1]), shared[2]),
        Factor(_factors, shared),
        Dot(_products, shared[BallotShape.ProductsAt..]),
    ];

    /// <summary>f at a public point.</summary>
    public static Word256 FactorAt(in Word256 point, ReadOnlySpan<Word256> shared) =>
        Factor(Basis(point, FactorInverses), shared);

    private static Word256 Factor(Word256[] weights, ReadOnlySpan<Word256> shared) => Field.Add(
        Dot(weights.AsSpan(0, BallotShape.Choices), shared),
        Field.Multiply(weights[BallotShape.Choices], shared[BallotShape.HiderAt]));

    private static Word256 Dot(ReadOnlySpan<Word256> weights, ReadOnlySpan<Word256> values)
    {
        Word256 sum = default;
        for (int i = 0; i < weights.Length; i++)
        {
            sum = Field.Add(sum, Field.Multiply(weights[i], values[i]));
        }

        return sum;
    }

    /// <summary>What values at 1, 2, ... count for the value at <paramref name="point"/>.</summary>
    private static Word256[] Basis(in Word256 point, Word256[] inverses)
    {
        var basis = new Word256[inverses.Length];
        for (int i = 0; i < basis.Length; i++)
        {
            basis[i] = inverses[i];
            for (int other = 0; other < basis.Length; other++)
            {
                basis[i] = other == i
                    ? basis[i]
                    : Field.Multiply(basis[i], Field.Subtract(point, Field.Of((ulong)other + 1)));
            }
        }

        return basis;
    }

    private static Word256[] Inverses(int nodes) =>
    [
        .. Enumerable.Range(1, nodes).Select(node =>
        {
            Word256 product = Field.One;
            foreach (int other in Enumerable.Range(1, nodes).Where(other => other != node))
            {
                product = Field.Multiply(product, Field.Subtract(Field.Of((ulong)node), Field.Of((ulong)other)));
            }

            return Field.Invert(product);
        }),
    ];
}
