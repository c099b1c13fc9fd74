using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Consortium.Learning.Payments.Outcomes;

/// <summary>
/// Identifies a payment by its content, for alerts and what comes of them: it stays the same when payments are read again or
/// scored with another model. The same payment twice has one identifier.
/// </summary>
public readonly record struct AlertId(ulong Value)
{
    private const int MostBytes = 1024;

    public static AlertId Of(in Payment payment, AccountTable accounts)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        Span<byte> text = stackalloc byte[MostBytes];
        BinaryPrimitives.WriteInt64BigEndian(text, payment.Timestamp.Ticks);
        int length = sizeof(long);
        foreach (AccountId account in (ReadOnlySpan<AccountId>)[payment.From, payment.To])
        {
            length += Encoding.UTF8.GetBytes(accounts.BankOf(account).Value, text[length..]);
            text[length++] = 0;
            length += Encoding.UTF8.GetBytes(accounts.NumberOf(account), text[length..]);
            text[length++] = 0;
        }

        length += Write(payment.AmountPaid, text[length..]);
        length += Write(payment.AmountReceived, text[length..]);
        text[length++] = payment.PaymentCurrency.Code;
        text[length++] = payment.ReceivingCurrency.Code;
        text[length++] = (byte)payment.PaymentFormat;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        return new AlertId(BinaryPrimitives.ReadUInt64BigEndian(hash));
    }

    public static bool TryParse(ReadOnlySpan<char> text, out AlertId id)
    {
        bool isId = ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value)
            && text.Length == 16;
        id = new AlertId(value);
        return isId;
    }

    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Without zeros that only say how a form writes amounts.</summary>
    private static int Write(decimal amount, Span<byte> text)
    {
        (amount / 1.0000000000000000000000000000m).TryFormat(text, out int length, "G", CultureInfo.InvariantCulture);
        text[length] = 0;
        return length + 1;
    }
}
