using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Consortium.Learning.Payments;

/// <summary>A bank's own identifier of a payment as 64 bits, for finding the payment that an outcome is about.</summary>
/// <remarks>Truncated SHA-256. Two payments may have one identifier: payers choose some of them.</remarks>
public static class PaymentReference
{
    private const int LongestText = 128;

    /// <summary>0 for no identifier, and for one that is too long to be any.</summary>
    public static ulong Of(ReadOnlySpan<char> id)
    {
        id = id.Trim();
        if (id.IsEmpty || id.Length > LongestText)
        {
            return 0;
        }

        Span<byte> utf8 = stackalloc byte[LongestText * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(id, utf8)], hash);
        return Math.Max(1, BinaryPrimitives.ReadUInt64BigEndian(hash));
    }
}
