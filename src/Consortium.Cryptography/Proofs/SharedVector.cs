using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Cryptography.Sharing;

namespace Consortium.Cryptography.Proofs;

/// <summary>
/// A vector over one field with a polynomial of degree T - 1 behind each element: row t holds the coefficients of x^t, row 0 the
/// secret.
/// </summary>
internal sealed class SharedVector : IDisposable
{
    private readonly uint[] _rows;
    private readonly int _length;

    public SharedVector(PrimeField field, int length, int threshold)
    {
        Field = field;
        Threshold = threshold;
        _length = length;
        _rows = GC.AllocateArray<uint>(length * threshold, pinned: true);
    }

    public PrimeField Field { get; }

    public int Threshold { get; }

    public Span<uint> Row(int power) => _rows.AsSpan(power * _length, _length);

    /// <summary>Makes elements from <paramref name="start"/> on secret: uniform higher coefficients.</summary>
    public void DrawPolynomials(UniformStream uniform, int start)
    {
        for (int power = 1; power < Threshold; power++)
        {
            uniform.Fill(Field, Row(power)[start..]);
        }
    }

    /// <summary>Takes over the polynomials of a sharing that was dealt, as elements 0 to 4095.</summary>
    /// <param name="shares">Of different holders; the first T count.</param>
    /// <param name="coefficients">How many values of a share are taken.</param>
    public void Interpolate(IReadOnlyList<KeyShare> shares, int coefficients)
    {
        uint[][] factors =
            [.. Enumerable.Range(0, Threshold).Select(
                j => BasisPolynomial([.. shares.Take(Threshold).Select(share => (uint)share.Holder)], j))];
        for (int power = 0; power < Threshold; power++)
        {
            Span<uint> row = Row(power);
            for (int j = 0; j < Threshold; j++)
            {
                ReadOnlySpan<ushort> values = shares[j].Values;
                for (int i = 0; i < coefficients; i++)
                {
                    row[i] = Field.Add(row[i], Field.Multiply(factors[j][power], values[i]));
                }
            }
        }
    }

    /// <summary>
    /// The values at <paramref name="x"/> of elements from <paramref name="start"/> on, as little-endian words of 16 or 32 bits.
    /// </summary>
    public void Encode(uint x, int start, int wordLength, Span<byte> destination)
    {
        for (int i = start; i < _length; i++)
        {
            uint value = 0;
            for (int power = Threshold - 1; power >= 0; power--)
            {
                value = Field.Add(Field.Multiply(value, x), _rows[(power * _length) + i]);
            }

            FieldWords.Write(destination[((i - start) * wordLength)..], wordLength, value);
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_rows.AsSpan()));

    /// <summary>Coefficients of the polynomial that is 1 at the j-th point and 0 at the others.</summary>
    private uint[] BasisPolynomial(uint[] points, int j)
    {
        uint[] polynomial = new uint[points.Length];
        polynomial[0] = 1;
        uint scale = 1;
        for (int other = 0, degree = 0; other < points.Length; other++)
        {
            if (other != j)
            {
                scale = Field.Multiply(scale, Field.Subtract(points[j], points[other]));
                degree++;
                for (int power = degree; power >= 0; power--)
                {
                    uint shifted = power > 0 ? polynomial[power - 1] : 0;
                    polynomial[power] = Field.Subtract(shifted, Field.Multiply(polynomial[power], points[other]));
                }
            }
        }

        uint inverse = Field.InvertVariableTime(scale);
        return Array.ConvertAll(polynomial, coefficient => Field.Multiply(coefficient, inverse));
    }
}
