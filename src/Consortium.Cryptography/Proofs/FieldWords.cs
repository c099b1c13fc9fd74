using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Consortium.Primitives;

namespace Consortium.Cryptography.Proofs;

/// <summary>
/// Field elements as little-endian words: of 16 bits over the field of key shares, of 32 over the ring's primes.
/// </summary>
internal static class FieldWords
{
    public static int Length(int field) => field == 0 ? sizeof(ushort) : sizeof(uint);

    public static void Write(Span<byte> destination, int wordLength, uint value)
    {
        if (wordLength == sizeof(ushort))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination, value);
        }
    }

    /// <summary>Reads as many elements as <paramref name="destination"/> takes.</summary>
    /// <param name="subject">What is being read.</param>
    /// <param name="bytes">All of it, of the right length.</param>
    /// <param name="offset">Where to start; where to go on, on return.</param>
    /// <param name="field">Which field's.</param>
    /// <param name="destination">Receives the elements.</param>
    /// <exception cref="MalformedDataException">A word is not below the field's prime.</exception>
    public static void Read(string subject, ReadOnlySpan<byte> bytes, ref int offset, int field, Span<uint> destination)
    {
        uint prime = PrimeField.All[field].Prime;
        int length = Length(field);
        Debug.Assert(bytes.Length - offset >= destination.Length * length);
        for (int i = 0; i < destination.Length; i++, offset += length)
        {
            uint value = length == sizeof(ushort)
                ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..])
                : BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
            if (value >= prime)
            {
                throw new MalformedDataException(
                    subject, offset, string.Create(CultureInfo.InvariantCulture, $"a value below {prime}"),
                    value.ToString(CultureInfo.InvariantCulture));
            }

            destination[i] = value;
        }
    }
}
