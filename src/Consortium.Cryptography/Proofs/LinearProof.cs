using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Cryptography.Ring;
using Consortium.Primitives;

namespace Consortium.Cryptography.Proofs;

/// <summary>
/// Every opened form as the polynomial on which holders' values of it must lie: its constant, an integer for the rows over key
/// and bits, 0 for the relations, and T - 1 higher coefficients over each field.
/// </summary>
internal sealed class LinearProof
{
    private const string Subject = "opening proof";
    private const int Tested = 2 * OpeningProofShape.Points;
    private const int WideLength = 16;

    private readonly OpeningProofShape _shape;
    private readonly Int128[] _keyRows = GC.AllocateArray<Int128>(OpeningProofShape.Rows, pinned: true);
    private readonly Int128[] _bitRows = GC.AllocateArray<Int128>(OpeningProofShape.Rows, pinned: true);

    /// <summary>[field][form], of the forms at the points.</summary>
    private readonly uint[][] _tested;

    /// <summary>[field][power - 1][form].</summary>
    private readonly uint[][][] _higher;

    /// <param name="shape">What is opened.</param>
    /// <param name="opened">[field][power][form], of the dealer's polynomials.</param>
    public LinearProof(OpeningProofShape shape, uint[][][] opened)
        : this(shape, opened[0].Length)
    {
        Span<uint> residues = stackalloc uint[RnsBasis.PrimeCount];
        for (int row = 0; row < OpeningProofShape.Rows; row++)
        {
            _keyRows[row] = Lift(row, residues);
            _bitRows[row] = Lift(OpeningProofShape.BitRowsAt + row, residues);
        }

        for (int field = 0; field < opened.Length; field++)
        {
            opened[field][0].AsSpan(opened[field][0].Length - _tested[field].Length).CopyTo(_tested[field]);
            opened[field].AsSpan(1).CopyTo(_higher[field]);
        }

        Int128 Lift(int form, Span<uint> residues)
        {
            for (int prime = 0; prime < residues.Length; prime++)
            {
                residues[prime] = opened[1 + prime][0][form];
            }

            return ResidueNumber.LiftCentred(residues);
        }
    }

    private LinearProof(OpeningProofShape shape, int threshold)
    {
        _shape = shape;
        _tested = [.. PrimeField.All.Select((_, field) => new uint[TestedOf(field)])];
        _higher = [.. PrimeField.All.Select((_, field) =>
            Enumerable.Range(1, threshold - 1).Select(_ => new uint[shape.FormsOf(field)]).ToArray())];
    }

    /// <summary>Bytes of a proof.</summary>
    public static int EncodedLength(OpeningProofShape shape, int threshold) =>
        (OpeningProofShape.Rows * (sizeof(short) + WideLength))
        + PrimeField.All.Select(
            (_, field) => FieldWords.Length(field) * (TestedOf(field) + ((threshold - 1) * shape.FormsOf(field)))).Sum();

    /// <exception cref="MalformedDataException">Another length, or a value that is not below its prime.</exception>
    public static LinearProof Decode(OpeningProofShape shape, int threshold, ReadOnlySpan<byte> bytes)
    {
        MalformedDataException.ThrowIfLengthDiffers(Subject, bytes.Length, EncodedLength(shape, threshold));
        var proof = new LinearProof(shape, threshold);
        int offset = 0;
        for (int row = 0; row < OpeningProofShape.Rows; row++, offset += sizeof(short))
        {
            proof._keyRows[row] = BinaryPrimitives.ReadInt16LittleEndian(bytes[offset..]);
        }

        for (int row = 0; row < OpeningProofShape.Rows; row++, offset += WideLength)
        {
            proof._bitRows[row] = BinaryPrimitives.ReadInt128LittleEndian(bytes[offset..]);
        }

        for (int field = 0; field < PrimeField.All.Length; field++)
        {
            FieldWords.Read(Subject, bytes, ref offset, field, proof._tested[field]);
            foreach (uint[] power in proof._higher[field])
            {
                FieldWords.Read(Subject, bytes, ref offset, field, power);
            }
        }

        return proof;
    }

    public byte[] Encode()
    {
        byte[] bytes = new byte[EncodedLength(_shape, _higher[0].Length + 1)];
        Span<byte> rest = bytes;
        foreach (Int128 row in _keyRows)
        {
            BinaryPrimitives.WriteInt16LittleEndian(rest, (short)row);
            rest = rest[sizeof(short)..];
        }

        foreach (Int128 row in _bitRows)
        {
            BinaryPrimitives.WriteInt128LittleEndian(rest, row);
            rest = rest[WideLength..];
        }

        for (int field = 0; field < PrimeField.All.Length; field++)
        {
            foreach (uint value in _higher[field].Prepend(_tested[field]).SelectMany(values => values))
            {
                FieldWords.Write(rest, FieldWords.Length(field), value);
                rest = rest[FieldWords.Length(field)..];
            }
        }

        return bytes;
    }

    /// <summary>What no opening proof that holds opens, whatever the shares; null when there is nothing of the kind.</summary>
    public string? WhyNot()
    {
        for (int row = 0; row < OpeningProofShape.Rows; row++)
        {
            if (Int128.Abs(_keyRows[row]) > OpeningProofShape.RowBound)
            {
                return Text($"Row {row} over the key comes to {_keyRows[row]}, beyond {OpeningProofShape.RowBound}: ")
                    + "no key of this kind, or another one over each field.";
            }

            if (_bitRows[row] < -OpeningProofShape.WideSlack
                || _bitRows[row] >= (Int128.One << OpeningProofShape.WideMaskBits) + OpeningProofShape.WideSlack)
            {
                return Text($"Row {row} over the bits is beyond what masked bits can come to.");
            }
        }

        for (int index = 1; index < PrimeField.All.Length; index++)
        {
            PrimeField field = PrimeField.All[index];
            for (int point = 0; point < OpeningProofShape.Points; point++)
            {
                uint factor = _tested[index][point];
                if (_tested[index][OpeningProofShape.Points + point] != field.Multiply(factor, field.Subtract(factor, 1)))
                {
                    return Text($"Something that should be a bit is neither 0 nor 1 modulo {field.Prime}.");
                }
            }
        }

        return null;
    }

    /// <summary>
    /// What a holder's value of a form must be, constants aside. Call only where <see cref="WhyNot"/> found nothing.
    /// </summary>
    public uint At(int field, int form, uint x)
    {
        PrimeField modulo = PrimeField.All[field];
        uint value = 0;
        for (int power = _higher[field].Length - 1; power >= 0; power--)
        {
            value = modulo.Multiply(modulo.Add(value, _higher[field][power][form]), x);
        }

        return modulo.Add(value, Constant(field, form));
    }

    /// <summary>Erases what is not to be shown.</summary>
    public void Erase()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_keyRows.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_bitRows.AsSpan()));
    }

    private uint Constant(int field, int form)
    {
        PrimeField modulo = PrimeField.All[field];
        return form switch
        {
            < OpeningProofShape.BitRowsAt => modulo.FromSigned((int)_keyRows[form]),
            < OpeningProofShape.RelationsAt => modulo.Subtract(
                modulo.Reduce((UInt128)(_bitRows[form - OpeningProofShape.BitRowsAt] + OpeningProofShape.WideSlack)),
                modulo.Reduce((ulong)OpeningProofShape.WideSlack)),
            _ when form < _shape.FactorsAt => 0,
            _ => _tested[field][form - _shape.FactorsAt],
        };
    }

    private static int TestedOf(int field) => field == 0 ? 0 : Tested;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
