using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Proofs;

/// <summary>
/// The linear forms that an opening proof opens over one field, for a holder's shares or for any row of the dealer's polynomials.
/// </summary>
internal sealed class LinearForms
{
    private readonly OpeningProofShape _shape;
    private readonly DisputedCoefficient _disputed;
    private readonly OpeningChallenge _challenge;
    private readonly int _index;
    private readonly PrimeField _field;
    private readonly uint[] _factors, _products;

    /// <param name="shape">What the vectors look like.</param>
    /// <param name="disputed">The place.</param>
    /// <param name="challenge">The questions.</param>
    /// <param name="field">0, the field of key shares, or 1 to 4, one of the ring's primes.</param>
    public LinearForms(OpeningProofShape shape, DisputedCoefficient disputed, OpeningChallenge challenge, int field)
    {
        (_shape, _disputed, _challenge, _index, _field) = (shape, disputed, challenge, field, PrimeField.All[field]);
        _factors = field == 0 ? [] : Basis(shape.FactorNodes);
        _products = field == 0 ? [] : Basis(shape.ProductNodes);
    }

    /// <summary>All forms without their constants, in memory that does not move.</summary>
    public uint[] Of(ReadOnlySpan<uint> vector)
    {
        uint[] values = GC.AllocateArray<uint>(_shape.FormsOf(_index), pinned: true);
        ReadOnlySpan<uint> masks = vector[(_index == 0 ? RnsBasis.Degree : _shape.MasksAt)..];
        for (int row = 0; row < OpeningProofShape.Rows; row++)
        {
            values[row] = _field.Add(Combine(_challenge.KeyRow(row), vector), masks[row]);
        }

        if (_index != 0)
        {
            OfBits(vector, values);
        }

        return values;
    }

    /// <summary>What every holder adds to its value of a form, and the dealer to the polynomial's constant.</summary>
    public uint Constant(int form)
    {
        if (form == OpeningProofShape.RelationsAt)
        {
            return _disputed.Constant(_index - 1);
        }

        return form > OpeningProofShape.RelationsAt && form < _shape.FactorsAt
            ? _field.Subtract(
                0,
                _field.Reduce(
                    _shape.Ranges.Where(range => range.IsTwofold).ElementAt(form - OpeningProofShape.RelationsAt - 1).Most))
            : 0;
    }

    private void OfBits(ReadOnlySpan<uint> vector, Span<uint> values)
    {
        ReadOnlySpan<uint> bits = vector.Slice(OpeningProofShape.BitsAt, _shape.Bits);
        for (int row = 0; row < OpeningProofShape.Rows; row++)
        {
            values[OpeningProofShape.BitRowsAt + row] = _field.Add(
                Combine(_challenge.BitRow(row), bits), vector[_shape.WideMasksAt + row]);
        }

        // The disputed quantity less what the bits say it is; and each range written twice, which must sum to its largest.
        uint rest = _disputed.Of(_index - 1, vector);
        uint scale = 1;
        int relation = OpeningProofShape.RelationsAt;
        foreach (BitRange range in _shape.Ranges)
        {
            uint value = FromBits(bits.Slice(range.FirstBit, range.Bits));
            rest = _field.Subtract(rest, _field.Multiply(scale, value));
            scale = _field.Multiply(scale, _field.Reduce(range.Radix));
            if (range.IsTwofold)
            {
                values[++relation] = _field.Add(value, FromBits(bits.Slice(range.FirstBit + range.Bits, range.Bits)));
            }
        }

        values[OpeningProofShape.RelationsAt] = rest;
        ReadOnlySpan<uint> factors = vector.Slice(OpeningProofShape.BitsAt, _shape.FactorNodes);
        ReadOnlySpan<uint> products = vector[_shape.ProductsAt.._shape.MasksAt];
        for (int point = 0; point < OpeningProofShape.Points; point++)
        {
            values[_shape.FactorsAt + point] = _field.Dot(_factors.AsSpan(point * factors.Length, factors.Length), factors);
            values[_shape.ProductFormsAt + point] = _field.Dot(
                _products.AsSpan((point * _shape.ProductNodes) + _shape.Bits, products.Length), products);
        }
    }

    private uint FromBits(ReadOnlySpan<uint> bits)
    {
        uint value = 0;
        for (int bit = bits.Length - 1; bit >= 0; bit--)
        {
            value = _field.Add(_field.Add(value, value), bits[bit]);
        }

        return value;
    }

    private uint Combine(ReadOnlySpan<sbyte> row, ReadOnlySpan<uint> values)
    {
        long sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            sum += row[i] * (long)values[i];
        }

        return _field.ReduceSum(sum);
    }

    /// <summary>What values at 1, 2, ... count for those at the challenge's points, point after point.</summary>
    private uint[] Basis(int nodes)
    {
        var basis = new LagrangeBasis(_field, nodes);
        uint[] factors = new uint[OpeningProofShape.Points * nodes];
        for (int point = 0; point < OpeningProofShape.Points; point++)
        {
            basis.At(_challenge.Point(_index - 1, point), factors.AsSpan(point * nodes, nodes));
        }

        return factors;
    }
}
