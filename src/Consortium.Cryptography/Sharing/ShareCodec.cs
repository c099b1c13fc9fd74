using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Consortium.Primitives;

namespace Consortium.Cryptography.Sharing;

/// <summary>Field elements as little-endian 16-bit words, each checked on reading.</summary>
internal static class ShareCodec
{
    public static byte[] Encode(ReadOnlySpan<ushort> values)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(values.Length * sizeof(ushort), pinned: true);
        Encode(values, bytes);
        return bytes;
    }

    public static void Encode(ReadOnlySpan<ushort> values, Span<byte> destination)
    {
        if (destination.Length != values.Length * sizeof(ushort))
        {
            throw new ArgumentException(
                $"{values.Length} values take {values.Length * sizeof(ushort)} bytes, not {destination.Length}.",
                nameof(destination));
        }

        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(values).CopyTo(destination);
        }
        else
        {
            BinaryPrimitives.ReverseEndianness(values, MemoryMarshal.Cast<byte, ushort>(destination));
        }
    }

    public static SecretMemory<ushort> Decode(string subject, int coefficients, ReadOnlySpan<byte> bytes)
    {
        Check(subject, coefficients, bytes);
        var values = new SecretMemory<ushort>(coefficients);
        bytes.CopyTo(MemoryMarshal.AsBytes(values.Span));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(values.Span, values.Span);
        }

        return values;
    }

    /// <summary>Checks length and every value, before anything is allocated.</summary>
    public static void Check(string subject, int coefficients, ReadOnlySpan<byte> bytes)
    {
        ShamirSharing.CheckCoefficients(coefficients);
        MalformedDataException.ThrowIfLengthDiffers(subject, bytes.Length, (long)coefficients * sizeof(ushort));
        if (BitConverter.IsLittleEndian && ShareKernels.AreReduced(MemoryMarshal.Cast<byte, ushort>(bytes)))
        {
            return;
        }

        for (int offset = 0; offset < bytes.Length; offset += sizeof(ushort))
        {
            ushort value = BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);
            if (value >= ShareField.P)
            {
                throw new MalformedDataException(
                    subject, offset, "a value below 65521", value.ToString(CultureInfo.InvariantCulture));
            }
        }
    }
}
