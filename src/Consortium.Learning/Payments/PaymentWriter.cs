using System.Globalization;
using System.Text;

namespace Consortium.Learning.Payments;

/// <summary>Writes payments as an AMLworld CSV file; gzipped when the path ends in <c>.gz</c>.</summary>
/// <remarks>
/// An unknown label is written as nothing. Times are written to the minute, with seconds only where there are any. Not
/// thread-safe.
/// </remarks>
public sealed class PaymentWriter : IDisposable
{
    private const int BufferSize = 1 << 16;
    private const int MaxRowLength = 512 + 4 * PaymentFields.MaxTextLength;

    private readonly Stream _stream;
    private readonly AccountTable _accounts;
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _used;

    public PaymentWriter(string path, AccountTable accounts)
        : this(path, accounts, writeHeader: true)
    {
    }

    internal PaymentWriter(string path, AccountTable accounts, bool writeHeader)
        : this(FileBytes.Create(path), accounts, writeHeader)
    {
    }

    internal PaymentWriter(Stream stream, AccountTable accounts, bool writeHeader)
    {
        _stream = stream;
        _accounts = accounts;
        if (writeHeader)
        {
            WriteLine(PaymentColumns.HeaderLine);
        }
    }

    public void Write(ReadOnlySpan<Payment> payments)
    {
        foreach (ref readonly Payment payment in payments)
        {
            Write(payment);
        }
    }

    /// <exception cref="ArgumentException">The account's bank or number is not one that a reader would take.</exception>
    public void Write(in Payment payment)
    {
        if (_buffer.Length - _used < MaxRowLength)
        {
            Flush();
        }

        bool seconds = payment.Timestamp.Second != 0;
        Format(payment.Timestamp, seconds ? "yyyy/MM/dd HH:mm:ss" : "yyyy/MM/dd HH:mm");
        Account(payment.From);
        Account(payment.To);
        Comma();
        Format(payment.AmountReceived, default);
        Comma();
        Text(Currencies.NameOf(payment.ReceivingCurrency));
        Comma();
        Format(payment.AmountPaid, default);
        Comma();
        Text(Currencies.NameOf(payment.PaymentCurrency));
        Comma();
        Text(PaymentFormats.NameOf(payment.PaymentFormat));
        Comma();
        if (payment.Label != Label.Unknown)
        {
            _buffer[_used++] = (byte)('0' + (int)payment.Label);
        }

        _buffer[_used++] = (byte)'\n';
    }

    public void Dispose()
    {
        Flush();
        _stream.Dispose();
    }

    internal void WriteLine(string line)
    {
        Flush();
        _stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
    }

    private void Account(AccountId account)
    {
        Comma();
        Identifier(_accounts.BankOf(account).Value);
        Comma();
        Identifier(_accounts.NumberOf(account));
    }

    private void Identifier(string value)
    {
        if (!PaymentFields.IsIdentifier(value) || PaymentFields.IsNoValue(value) || PaymentFields.IsRoundedNumber(value))
        {
            throw new ArgumentException(
                $"{Quote.Of(value)} cannot be written as a bank or account number: no reader would take it.");
        }

        Text(value);
    }

    private void Text(string value) => _used += Encoding.ASCII.GetBytes(value, _buffer.AsSpan(_used));

    private void Comma() => _buffer[_used++] = (byte)',';

    private void Format<T>(T value, ReadOnlySpan<char> format)
        where T : IUtf8SpanFormattable
    {
        bool fits = value.TryFormat(_buffer.AsSpan(_used), out int written, format, CultureInfo.InvariantCulture);
        System.Diagnostics.Debug.Assert(fits, "The buffer holds a row.");
        _used += written;
    }

    private void Flush()
    {
        _stream.Write(_buffer, 0, _used);
        _used = 0;
    }
}
