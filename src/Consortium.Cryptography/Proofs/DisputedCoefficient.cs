using System.Globalization;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Primitives;

namespace Consortium.Cryptography.Proofs;

/// <summary>
/// The quantity in dispute as what it is of the key, a public linear form: coefficient i of c_k + a_k * s for a place in a chunk,
/// s_i for a place in the key, and the largest that can be drawn added in either case.
/// </summary>
internal sealed class DisputedCoefficient
{
    private const string Subject = "disputed chunk";

    private readonly uint[][] _weights = [.. Enumerable.Range(0, RnsBasis.PrimeCount).Select(_ => new uint[RnsBasis.Degree])];
    private readonly uint[] _constants = [.. Enumerable.Repeat((uint)DiscreteGaussian.LargestMagnitude, RnsBasis.PrimeCount)];

    /// <exception cref="MalformedDataException">The chunk is not one of this layout and index that a bank sends.</exception>
    public DisputedCoefficient(OpeningStatement statement)
    {
        int coefficient = statement.Place.Coefficient;
        if (statement.Place.Chunk == DisputedPlace.KeySum)
        {
            Array.ForEach(_weights, weights => weights[coefficient] = 1);
            return;
        }

        using Polynomial<Coefficients> chunk = NumberTheoreticTransform.Inverse(
            WireChunk.ReadPolynomial(statement.Chunk.Span, statement.Layout, out ChunkHeader header));
        Require(header.Chunk, statement.Place.Chunk, 8, "chunk index");
        Require(header.Summands, 1, 12, "summands");
        using var publicPolynomials = new PublicPolynomials(statement.Seed);
        using Polynomial<Coefficients> uniform = NumberTheoreticTransform.Inverse(publicPolynomials.Expand(header.Chunk));
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            PrimeField field = PrimeField.All[1 + prime];
            ReadOnlySpan<uint> a = uniform.Residues(prime);
            _constants[prime] = field.Add(_constants[prime], chunk.Residues(prime)[coefficient]);
            for (int i = 0; i < RnsBasis.Degree; i++)
            {
                // X^4096 = -1: what s_i meets to land on the coefficient, with a sign when it goes round.
                _weights[prime][i] = i <= coefficient
                    ? a[coefficient - i]
                    : field.Subtract(0, a[RnsBasis.Degree + coefficient - i]);
            }
        }
    }

    public uint Constant(int prime) => _constants[prime];

    /// <summary>Its residue without the constant, for any sharing's row of the key.</summary>
    public uint Of(int prime, ReadOnlySpan<uint> key) => PrimeField.All[1 + prime].Dot(_weights[prime], key[..RnsBasis.Degree]);

    private static void Require(int found, int expected, int offset, string field)
    {
        if (found != expected)
        {
            throw new MalformedDataException(
                Subject, offset, string.Create(CultureInfo.InvariantCulture, $"{field} {expected}"),
                found.ToString(CultureInfo.InvariantCulture));
        }
    }
}
