using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Consortium.Learning.Payments;

/// <summary>
/// A digest of payments without their labels and own identifiers: equal for the same payments in whatever form, files and order
/// they come. For comparing files with one another, not against somebody who makes them up. Not thread-safe.
/// </summary>
public sealed class PaymentDigest
{
    private readonly byte[] _text = new byte[1024];
    private readonly ulong[] _sum = new ulong[4];

    /// <summary>Adds a payment; the same one again counts again.</summary>
    public void Add(in Payment payment, AccountTable accounts)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        int length = Encoding.UTF8.GetBytes(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{payment.Timestamp:s}\n{accounts.BankOf(payment.From)}\n{accounts.NumberOf(payment.From)}\n"
                    + $"{accounts.BankOf(payment.To)}\n{accounts.NumberOf(payment.To)}\n{Plain(payment.AmountReceived)}\n"
                    + $"{payment.ReceivingCurrency.Code}\n{Plain(payment.AmountPaid)}\n{payment.PaymentCurrency.Code}\n"
                    + $"{(int)payment.PaymentFormat}"),
            _text);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_text.AsSpan(0, length), hash);
        Add(hash);
    }

    /// <summary>Adds all payments of another digest.</summary>
    public void Add(PaymentDigest other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Span<byte> sum = stackalloc byte[SHA256.HashSizeInBytes];
        Convert.FromHexString(other.ToString(), sum, out _, out _);
        Add(sum);
    }

    /// <summary>The sum of the payments' hashes, modulo 2^256, in hexadecimal digits.</summary>
    public override string ToString() =>
        string.Concat(_sum.Reverse().Select(part => part.ToString("x16", CultureInfo.InvariantCulture)));

    private void Add(ReadOnlySpan<byte> hash)
    {
        ulong carry = 0;
        for (int i = 0; i < _sum.Length; i++)
        {
            UInt128 part = (UInt128)_sum[i] + carry
                + BinaryPrimitives.ReadUInt64BigEndian(hash[((_sum.Length - 1 - i) * sizeof(ulong))..]);
            _sum[i] = (ulong)part;
            carry = (ulong)(part >> 64);
        }
    }

    /// <summary>Without zeros that only say how a form writes amounts.</summary>
    private static decimal Plain(decimal amount) => amount / 1.0000000000000000000000000000m;
}
