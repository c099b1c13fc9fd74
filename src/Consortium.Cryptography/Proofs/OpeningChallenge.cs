using System.Buffers.Binary;
using System.Security.Cryptography;
using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Proofs;

/// <summary>
/// What a proof must answer, from a hash of the challenge and the statement: rows over the key and over the bits, with entries
/// -1, 0, 1 of probabilities 1/4, 1/2, 1/4, and for each of the ring's primes the points at which the product is tested. Public.
/// </summary>
internal sealed class OpeningChallenge
{
    public const int Length = 32;

    private const int Points = OpeningProofShape.Points;
    private readonly OpeningProofShape _shape;
    private readonly sbyte[] _keyRows, _bitRows;
    private readonly uint[][] _points;

    /// <param name="statement">What is proven: a proof of one place is none of another, whatever the challenge binds.</param>
    /// <param name="challenge">32 bytes.</param>
    public OpeningChallenge(OpeningStatement statement, ReadOnlySpan<byte> challenge)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(challenge.Length, Length, nameof(challenge));
        _shape = statement.Shape;
        byte[] seed = Seed(statement, challenge);
        _keyRows = Rows(seed, 0, RnsBasis.Degree);
        _bitRows = Rows(seed, 1, _shape.Bits);
        _points = [.. Enumerable.Range(0, RnsBasis.PrimeCount).Select(prime => DrawPoints(seed, prime))];
    }

    public ReadOnlySpan<sbyte> KeyRow(int row) => _keyRows.AsSpan(row * RnsBasis.Degree, RnsBasis.Degree);

    public ReadOnlySpan<sbyte> BitRow(int row) => _bitRows.AsSpan(row * _shape.Bits, _shape.Bits);

    public uint Point(int prime, int point) => _points[prime][point];

    private static byte[] Seed(OpeningStatement statement, ReadOnlySpan<byte> challenge)
    {
        Span<byte> numbers = stackalloc byte[28];
        BinaryPrimitives.WriteInt32LittleEndian(numbers, statement.Place.Chunk);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[4..], statement.Place.Coefficient);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[8..], statement.Threshold);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[12..], statement.Holders);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[16..], statement.Layout.LargestCohort);
        BinaryPrimitives.WriteUInt64LittleEndian(numbers[20..], statement.Layout.Levels);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("consortium opening proof challenge v2"u8);
        hash.AppendData(challenge);
        hash.AppendData(numbers);
        hash.AppendData(statement.Seed.Bytes);
        hash.AppendData(statement.Chunk.Span);
        return hash.GetHashAndReset();
    }

    private static sbyte[] Rows(byte[] seed, ulong nonce, int columns)
    {
        using var stream = new UniformStream(seed, nonce);
        sbyte[] rows = GC.AllocateUninitializedArray<sbyte>(OpeningProofShape.Rows * columns);
        byte[] bytes = new byte[(rows.Length + 3) / 4];
        stream.Fill(bytes);
        for (int i = 0; i < rows.Length; i++)
        {
            int two = bytes[i >> 2] >> (2 * (i & 3));
            rows[i] = (sbyte)((two & 1) - ((two >> 1) & 1));
        }

        return rows;
    }

    /// <summary>None of them where f or h is given, nor 0.</summary>
    private uint[] DrawPoints(byte[] seed, int prime)
    {
        using var stream = new UniformStream(seed, 2, (uint)prime);
        var points = new uint[Points];
        for (int i = 0; i < points.Length;)
        {
            stream.Fill(PrimeField.All[1 + prime], points.AsSpan(i, 1));
            i += points[i] > _shape.ProductNodes ? 1 : 0;
        }

        return points;
    }
}
