using System.Globalization;

namespace Consortium.Learning.Payments;

/// <summary>The text of one row's columns.</summary>
internal interface IRowText
{
    ReadOnlySpan<char> this[PaymentColumn column] { get; }
}

/// <summary>Makes a payment of the text of a row, or says what is wrong with it. Not thread-safe.</summary>
/// <remarks>Each field is read in AMLworld's form first, and in the forms that other tools write only where that fails.</remarks>
internal sealed class PaymentParser(
    AccountTable accounts, PaymentReadOptions options, bool hasLabels, ReadReport report, bool hasSemicolons = false)
{
    /// <summary>The longest time in AMLworld's form; payments of one minute often follow one another.</summary>
    private const int MemoLength = 19;

    private readonly PaymentAmounts _amounts = new(hasSemicolons);
    private readonly BankId? _ownBank = options.OwnBank;

    /// <summary>Accounts whose bank and number passed the checks in a row of this file.</summary>
    private bool[] _checked = new bool[1024];
    private readonly char[] _lastTimeText = new char[MemoLength];
    private int _lastTimeLength;
    private DateTime _lastTime;
    private readonly DateTime _latest = options.Latest ?? DateTime.MaxValue;
    private PaymentColumn _badColumn;
    private string? _badReason;
    private RowFault _fault;

    /// <summary>False when the row is bad; <see cref="Problem"/> then says why. A bad row adds no account.</summary>
    public bool TryParse<TRow>(TRow row, out Payment payment)
        where TRow : struct, IRowText, allows ref struct
    {
        if (TryUsual(row, out payment))
        {
            return true;
        }

        _badReason = null;
        _fault = RowFault.Malformed;
        if (!TryTime(row[PaymentColumn.Timestamp], out DateTime timestamp)
            || !CheckParties(row, out AccountId from, out AccountId to)
            || !TryAmount(row, PaymentColumn.AmountReceived, out decimal received)
            || !TryCurrency(row, PaymentColumn.ReceivingCurrency, out Currency receivingCurrency)
            || !TryAmount(row, PaymentColumn.AmountPaid, out decimal paid)
            || !TryCurrency(row, PaymentColumn.PaymentCurrency, out Currency paymentCurrency))
        {
            return false;
        }

        ReadOnlySpan<char> format = row[PaymentColumn.PaymentFormat];
        if (format.IsEmpty || format.Length > PaymentFields.MaxTextLength)
        {
            return Bad(
                PaymentColumn.PaymentFormat, $"expected a payment format of 1 to {PaymentFields.MaxTextLength} characters",
                format);
        }

        Label label = Label.Unknown;
        if (hasLabels && !PaymentFields.TryLabel(row[PaymentColumn.IsLaundering], out label))
        {
            return Bad(
                PaymentColumn.IsLaundering, "expected 0 or 1 (or false or true, no or yes), or nothing where it is not known",
                row[PaymentColumn.IsLaundering]);
        }

        if (timestamp > _latest || timestamp < PaymentDates.Earliest)
        {
            return BadDate(timestamp);
        }

        payment = new Payment
        {
            Timestamp = timestamp,
            From = from.Index >= 0 ? from : Intern(row, PaymentColumn.FromBank, PaymentColumn.FromAccount),
            To = to.Index >= 0 ? to : Intern(row, PaymentColumn.ToBank, PaymentColumn.ToAccount),
            AmountReceived = received,
            ReceivingCurrency = receivingCurrency,
            AmountPaid = paid,
            PaymentCurrency = paymentCurrency,
            PaymentFormat = PaymentFormats.Parse(format),
            Label = label,
        };
        return true;
    }

    /// <summary>
    /// A row in AMLworld's form, of accounts that are known, and nothing to note about it: most rows. All others are read as if
    /// this had not been tried.
    /// </summary>
    private bool TryUsual<TRow>(TRow row, out Payment payment)
        where TRow : struct, IRowText, allows ref struct
    {
        payment = default;
        ReadOnlySpan<char> fromText = row[PaymentColumn.FromAccount], toText = row[PaymentColumn.ToAccount];
        AccountTable.Search fromSearch = accounts.Begin(row[PaymentColumn.FromBank], fromText);
        AccountTable.Search toSearch = accounts.Begin(row[PaymentColumn.ToBank], toText);
        ReadOnlySpan<char> receivedText = row[PaymentColumn.AmountReceived], paidText = row[PaymentColumn.AmountPaid];
        ReadOnlySpan<char> receivedIn = row[PaymentColumn.ReceivingCurrency], paidIn = row[PaymentColumn.PaymentCurrency];
        ReadOnlySpan<char> format = row[PaymentColumn.PaymentFormat];
        if (!_amounts.HasPoint
            || !TryUsualTime(row[PaymentColumn.Timestamp], out DateTime timestamp)
            || !PaymentFields.TryPlainAmount(receivedText, out decimal received)
            || !Currencies.TryParse(receivedIn, out Currency receivingCurrency)
            || format.IsEmpty || format.Length > PaymentFields.MaxTextLength)
        {
            return false;
        }

        decimal paid = received;
        Currency paymentCurrency = receivingCurrency;
        Label label = Label.Unknown;
        if ((!paidText.SequenceEqual(receivedText) && !PaymentFields.TryPlainAmount(paidText, out paid))
            || (!paidIn.SequenceEqual(receivedIn) && !Currencies.TryParse(paidIn, out paymentCurrency))
            || (hasLabels && !PaymentFields.TryLabel(row[PaymentColumn.IsLaundering], out label))
            || !IsChecked(accounts.Find(fromSearch, fromText), out AccountId from)
            || !IsChecked(accounts.Find(toSearch, toText), out AccountId to)
            || (_ownBank is { } own && accounts.BankOf(from) != own && accounts.BankOf(to) != own))
        {
            return false;
        }

        payment = new Payment
        {
            Timestamp = timestamp,
            From = from,
            To = to,
            AmountReceived = received,
            ReceivingCurrency = receivingCurrency,
            AmountPaid = paid,
            PaymentCurrency = paymentCurrency,
            PaymentFormat = PaymentFormats.Parse(format),
            Label = label,
        };
        return true;
    }

    private bool TryUsualTime(ReadOnlySpan<char> text, out DateTime timestamp)
    {
        if (_lastTimeLength > 0 && text.SequenceEqual(_lastTimeText.AsSpan(0, _lastTimeLength)))
        {
            timestamp = _lastTime;
            return true;
        }

        if (!PaymentFields.TryTimestamp(text, out timestamp) || timestamp > _latest || timestamp < PaymentDates.Earliest)
        {
            return false;
        }

        text.CopyTo(_lastTimeText);
        (_lastTimeLength, _lastTime) = (text.Length, timestamp);
        return true;
    }

    /// <summary>The account, where an earlier row had it in the same text.</summary>
    private bool TryKnown<TRow>(TRow row, PaymentColumn bank, PaymentColumn account, out AccountId id)
        where TRow : struct, IRowText, allows ref struct =>
        accounts.TryFind(row[bank], row[account], out id) && IsChecked(id, out id);

    /// <summary>Whether an account was found, and in a text that this file may have for it.</summary>
    private bool IsChecked(AccountId found, out AccountId id)
    {
        id = found;
        return (uint)found.Index < (uint)_checked.Length && _checked[found.Index];
    }

    /// <summary>Amounts read with a decimal point that may group thousands.</summary>
    public long UndecidedPoints => _amounts.Undecided;

    /// <summary>One of these where a later amount shows that it was misread.</summary>
    public string? MisreadAmount => _amounts.Misread;

    /// <summary>The column that was wrong with the row last parsed.</summary>
    public PaymentColumn BadColumn => _badColumn;

    /// <summary>What was wrong with the row last parsed.</summary>
    public RowProblem Problem(long line) => new(line, PaymentColumns.NameOf(_badColumn), _badReason!) { Fault = _fault };

    private bool TryTime(ReadOnlySpan<char> text, out DateTime timestamp)
    {
        if (PaymentFields.TryTimestamp(text, out timestamp))
        {
            return true;
        }

        text = text.Trim();
        if (!PaymentTimes.TryParse(text, out timestamp, out TimeSpan? offset, out bool hasTime))
        {
            return Bad(PaymentColumn.Timestamp, PaymentTimes.Explain(text), text);
        }

        report.DayOnlyRows += hasTime ? 0 : 1;
        if (offset is { } zone)
        {
            timestamp = timestamp.Ticks > TimeSpan.TicksPerDay && timestamp < DateTime.MaxValue.AddDays(-1)
                ? ToOwnClock(timestamp - zone)
                : timestamp;
        }

        return true;
    }

    /// <summary>The bank's own clock at an instant.</summary>
    private DateTime ToOwnClock(DateTime utc)
    {
        if (options.Zone is { } own)
        {
            return DateTime.SpecifyKind(
                TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), own), DateTimeKind.Unspecified);
        }

        report.ZonedRows++;
        return utc;
    }

    /// <summary>
    /// Both accounts where an earlier row had them in the same text; else an index of -1, and the text is checked.
    /// </summary>
    private bool CheckParties<TRow>(TRow row, out AccountId from, out AccountId to)
        where TRow : struct, IRowText, allows ref struct
    {
        to = default;
        return CheckParty(row, PaymentColumn.FromBank, PaymentColumn.FromAccount, out from)
            && CheckParty(row, PaymentColumn.ToBank, PaymentColumn.ToAccount, out to)
            && CheckOwner(row, from, to);
    }

    private bool CheckParty<TRow>(TRow row, PaymentColumn bank, PaymentColumn account, out AccountId id)
        where TRow : struct, IRowText, allows ref struct
    {
        if (TryKnown(row, bank, account, out id))
        {
            return true;
        }

        id = new AccountId(-1);
        return CheckIdentifier(row, bank) && CheckIdentifier(row, account);
    }

    private bool CheckIdentifier<TRow>(TRow row, PaymentColumn column)
        where TRow : struct, IRowText, allows ref struct
    {
        ReadOnlySpan<char> text = row[column];
        if (!PaymentFields.IsIdentifier(text) && !PaymentFields.IsIdentifier(text = PaymentFields.BareIdentifier(text))
            && !PaymentFields.IsRoundedNumber(text))
        {
            return Bad(
                column,
                $"expected 1 to {PaymentFields.MaxTextLength} printable ASCII characters without blanks, commas or quotation "
                    + "marks",
                text);
        }

        if (PaymentFields.IsNoValue(text))
        {
            return Bad(
                column, "this says that there is no value, and a payment without both banks and accounts cannot be read", text);
        }

        if (PaymentFields.IsRoundedNumber(text))
        {
            report.RoundedNumbers++;
            return Bad(
                column,
                "a spreadsheet or data frame has made a number of this and may have lost digits; export the column as text "
                    + "from where the numbers are whole (a spreadsheet: import it as text; pandas: dtype=str)",
                text);
        }

        return true;
    }

    private bool CheckOwner<TRow>(TRow row, AccountId from, AccountId to)
        where TRow : struct, IRowText, allows ref struct
    {
        if (_ownBank is not { } own
            || (from.Index >= 0 && accounts.BankOf(from) == own)
            || (to.Index >= 0 && accounts.BankOf(to) == own)
            || Text(row, PaymentColumn.FromBank).SequenceEqual(own.Value)
            || Text(row, PaymentColumn.ToBank).SequenceEqual(own.Value))
        {
            return true;
        }

        _badColumn = PaymentColumn.FromBank;
        _badReason = $"neither the sender's bank {Quote.Of(row[PaymentColumn.FromBank])} nor the receiver's "
            + $"{Quote.Of(row[PaymentColumn.ToBank])} is {Quote.Of(own.Value)}, whose file this should be.";
        return false;
    }

    private AccountId Intern<TRow>(TRow row, PaymentColumn bank, PaymentColumn account)
        where TRow : struct, IRowText, allows ref struct
    {
        AccountId id = accounts.Intern(Text(row, bank), Text(row, account));
        if (id.Index >= _checked.Length)
        {
            Array.Resize(ref _checked, (int)Math.Min(Array.MaxLength, 2L * accounts.Count));
        }

        _checked[id.Index] = true;
        return id;
    }

    /// <summary>
    /// Without the blanks that columns of fixed width are filled with, and without a spreadsheet's mark of text.
    /// </summary>
    private static ReadOnlySpan<char> Text<TRow>(TRow row, PaymentColumn column)
        where TRow : struct, IRowText, allows ref struct
    {
        ReadOnlySpan<char> text = row[column];
        return text[0] is > ' ' and not ('\'' or '=') && text[^1] is > ' ' and < '\u007F' && !text.Contains(' ')
            ? text
            : PaymentFields.BareIdentifier(text);
    }

    private bool TryAmount<TRow>(TRow row, PaymentColumn column, out decimal amount)
        where TRow : struct, IRowText, allows ref struct
    {
        ReadOnlySpan<char> text = row[column];
        string? problem = PaymentFields.TryAmount(text, out amount)
            ? (_amounts.HasPoint ? null : _amounts.Confirm(text))
            : _amounts.Read(text = text.Trim(), out amount);
        if (problem is not null)
        {
            return Bad(column, problem, text);
        }

        if (text.Length > 4 && text[^3] == '+' && text[^4] == 'E')
        {
            report.RoundedAmounts += PaymentFields.MayBeRounded(text) ? 1 : 0;
        }

        return amount >= 0 || Bad(column, "an amount must not be negative", text);
    }

    private bool TryCurrency<TRow>(TRow row, PaymentColumn column, out Currency currency)
        where TRow : struct, IRowText, allows ref struct =>
        Currencies.TryParse(row[column], out currency) || Currencies.TryParse(row[column].Trim(), out currency)
        || Bad(
            column,
            $"expected a currency of list version {Currencies.Version} (an AMLworld name or ISO 4217 code)"
                + (row[column].Trim() is "$" or "kr" or "\u00A5" or "Rs" ? ", not a sign that several currencies have" : ""),
            row[column]);

    private bool BadDate(DateTime timestamp)
    {
        _fault = RowFault.ImpossibleDate;
        string found = timestamp.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return Bad(
            PaymentColumn.Timestamp,
            timestamp > _latest
                ? $"the date is later than {_latest:yyyy-MM-dd HH:mm}, which is this machine's clock and "
                    + $"{PaymentDates.Tolerance.Days} days; correct it, "
                    + "or the clock"
                : "the date is before 2 January 1970 and so stands for none; write the payment's date",
            found);
    }

    private bool Bad(PaymentColumn column, string expected, ReadOnlySpan<char> found)
    {
        _badColumn = column;
        _badReason = $"{expected}, found {Quote.Of(found)}.";
        return false;
    }
}
