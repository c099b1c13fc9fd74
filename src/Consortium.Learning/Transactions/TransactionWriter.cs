using System.Globalization;
using System.Text;

namespace Consortium.Learning.Transactions;

/// <summary>Writes transactions as an AMLworld CSV file; gzipped when the path ends in <c>.gz</c>.</summary>
/// <remarks>An unknown label is written as nothing. Times are written to the minute, with seconds only where there are any. Not thread-safe.</remarks>
public sealed class TransactionWriter : IDisposable
{
    private const int BufferSize = 1 << 16;
    private const int MaxRowLength = 512 + 4 * TransactionFields.MaxTextLength;

    private readonly Stream _stream;
    private readonly AccountTable _accounts;
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _used;

    public TransactionWriter(string path, AccountTable accounts)
        : this(path, accounts, writeHeader: true)
    {
    }

    internal TransactionWriter(string path, AccountTable accounts, bool writeHeader)
        : this(FileBytes.Create(path), accounts, writeHeader)
    {
    }

    internal TransactionWriter(Stream stream, AccountTable accounts, bool writeHeader)
    {
        _stream = stream;
        _accounts = accounts;
        if (writeHeader)
        {
            WriteLine(TransactionColumns.HeaderLine);
        }
    }

    public void Write(ReadOnlySpan<Transaction> transactions)
    {
        foreach (ref readonly Transaction transaction in transactions)
        {
            Write(transaction);
        }
    }

    /// <exception cref="ArgumentException">The account's bank or number is not one that a reader would take.</exception>
    public void Write(in Transaction transaction)
    {
        if (_buffer.Length - _used < MaxRowLength)
        {
            Flush();
        }

        bool seconds = transaction.Timestamp.Second != 0;
        Format(transaction.Timestamp, seconds ? "yyyy/MM/dd HH:mm:ss" : "yyyy/MM/dd HH:mm");
        Account(transaction.From);
        Account(transaction.To);
        Comma();
        Format(transaction.AmountReceived, default);
        Comma();
        Text(Currencies.NameOf(transaction.ReceivingCurrency));
        Comma();
        Format(transaction.AmountPaid, default);
        Comma();
        Text(Currencies.NameOf(transaction.PaymentCurrency));
        Comma();
        Text(PaymentFormats.NameOf(transaction.PaymentFormat));
        Comma();
        if (transaction.Label != Label.Unknown)
        {
            _buffer[_used++] = (byte)('0' + (int)transaction.Label);
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
        if (!TransactionFields.IsIdentifier(value))
        {
            throw new ArgumentException($"{Quote.Of(value)} cannot be written as a bank or account number: no reader would take it.");
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
