namespace Consortium.Learning.Payments;

/// <summary>What a reader met so far; complete once the file has been read to its end.</summary>
public sealed class ReadReport
{
    /// <summary>Problems kept word for word; all are counted in <see cref="SetAside"/>.</summary>
    public const int MaxProblemsKept = 1000;

    private readonly List<RowProblem> _problems = [];
    private readonly List<string> _ofColumns = [];
    private bool _hasTimeOfDay;

    /// <summary>Rows handed on.</summary>
    public long Rows { get; internal set; }

    /// <summary>Malformed rows left out, each with a problem.</summary>
    public long BadRows { get; private set; }

    /// <summary>Rows left out because of their date, each with a problem.</summary>
    public long ImpossibleDates { get; private set; }

    /// <summary>All rows left out.</summary>
    public long SetAside => BadRows + ImpossibleDates + NoPayments;

    /// <summary>Entries of messages left out because they are no payment between two accounts, each with a problem.</summary>
    public long NoPayments { get; private set; }

    /// <summary>Empty lines, which are neither rows nor problems.</summary>
    public long BlankLines { get; internal set; }

    /// <summary>Rows earlier than the latest row before them. They are handed on in the file's order.</summary>
    public long OutOfOrderRows { get; internal set; }

    /// <summary>Line of the first row out of order, or 0.</summary>
    public long FirstOutOfOrderLine { get; internal set; }

    /// <summary>Whether the file has a label column.</summary>
    public bool HasLabels { get; internal set; }

    /// <summary>
    /// Rows whose label is <see cref="Label.Unknown"/>: all of them without a label column, else those with an empty label.
    /// </summary>
    public long UnlabelledRows { get; internal set; }

    /// <summary>Rows labelled laundering.</summary>
    public long LaunderingRows { get; internal set; }

    /// <summary>Rows whose payment format is none of AMLworld's seven; they read as <see cref="PaymentFormat.Other"/>.</summary>
    public long OtherFormatRows { get; internal set; }

    /// <summary>Rows whose time named a zone and was turned into UTC, for no zone is set.</summary>
    public long ZonedRows { get; internal set; }

    /// <summary>Rows whose time is a day alone; they read as its midnight.</summary>
    public long DayOnlyRows { get; internal set; }

    /// <summary>Bank or account numbers that became rounded numbers; the rows are bad.</summary>
    public long RoundedNumbers { get; internal set; }

    /// <summary>Amounts with an exponent that say fewer digits than they have; they read as if the others were zero.</summary>
    public long RoundedAmounts { get; internal set; }

    /// <summary>Amounts such as 1.234 where no amount of the file shows whether the point is a decimal sign.</summary>
    public long UndecidedPoints { get; internal set; }

    /// <summary>Rows without the last cell, the label's; they read as unlabelled.</summary>
    public long ShortRows { get; internal set; }

    /// <summary>Lines that repeat the header.</summary>
    public long RepeatedHeaders { get; internal set; }

    /// <summary>Payments of messages that settle on another day than they were accepted or sent.</summary>
    public long OtherSettlementDays { get; internal set; }

    /// <summary>Parties of messages whose bank is only named by the code within their IBAN.</summary>
    public long BanksOfIbans { get; internal set; }

    /// <summary>Banks that pay or receive themselves and name no account; their BIC stands for it.</summary>
    public long BanksAsAccounts { get; internal set; }

    /// <summary>Places where bytes are no text in the file's encoding.</summary>
    public long Undecoded { get; internal set; }

    /// <summary>The file's kind, compression, encoding and separator, for people.</summary>
    public string Format { get; internal set; } = "";

    public DateTime? Earliest { get; internal set; }

    public DateTime? Latest { get; internal set; }

    /// <summary>The first <see cref="MaxProblemsKept"/> problems.</summary>
    public IReadOnlyList<RowProblem> Problems => _problems;

    /// <summary>What was read, but perhaps not as its maker meant it.</summary>
    public IReadOnlyList<string> Warnings => [.. _ofColumns, .. OfRows()];

    internal void WarnOfColumn(string warning) => _ofColumns.Add(warning);

    internal void Add(RowProblem problem)
    {
        BadRows += problem.Fault == RowFault.Malformed ? 1 : 0;
        NoPayments += problem.Fault == RowFault.NoPayment ? 1 : 0;
        ImpossibleDates += problem.Fault == RowFault.ImpossibleDate ? 1 : 0;
        if (_problems.Count < MaxProblemsKept)
        {
            _problems.Add(problem);
        }
    }

    internal void Count(in Payment payment, long line)
    {
        Rows++;
        if (payment.Timestamp >= Latest || Latest is null)
        {
            Latest = payment.Timestamp;
            Earliest ??= payment.Timestamp;
        }
        else
        {
            OutOfOrderRows++;
            FirstOutOfOrderLine = FirstOutOfOrderLine == 0 ? line : FirstOutOfOrderLine;
            Earliest = payment.Timestamp < Earliest ? payment.Timestamp : Earliest;
        }

        _hasTimeOfDay = _hasTimeOfDay || payment.Timestamp.TimeOfDay != TimeSpan.Zero;
        UnlabelledRows += payment.Label == Label.Unknown ? 1 : 0;
        LaunderingRows += payment.Label == Label.Laundering ? 1 : 0;
        OtherFormatRows += payment.PaymentFormat == PaymentFormat.Other ? 1 : 0;
    }

    private IEnumerable<string> OfRows()
    {
        if (ZonedRows > 0)
        {
            yield return $"{ZonedRows:N0} times name a zone and are read as UTC: days may begin at another hour than the bank's. "
                + "Set the zone: --zone, or Consortium__Zone for the daemon."
                + (ZonedRows < Rows ? " Other times of the file name none: these stay as they are written." : "");
        }

        if (ImpossibleDates > 0)
        {
            yield return $"{ImpossibleDates:N0} rows are set aside for a date in the future, or before 2 January 1970.";
        }

        if (NoPayments > 0)
        {
            yield return $"{NoPayments:N0} entries are set aside because they are no payments between two accounts, such as "
                + "fees, reversals, entries not booked and other messages.";
        }

        if (OtherSettlementDays > 0)
        {
            yield return $"{OtherSettlementDays:N0} payments settle on another day than they were accepted or sent; the time is "
                + "that of acceptance or sending.";
        }

        if (BanksOfIbans > 0)
        {
            yield return $"{BanksOfIbans:N0} times a bank is named only within an IBAN; the country and the bank's code there "
                + "stand for it, such as DE37040044. Where other files name it by its BIC, it is another bank.";
        }

        if (BanksAsAccounts > 0)
        {
            yield return $"{BanksAsAccounts:N0} times a bank pays or receives without an account; its identifier stands for it.";
        }

        if (RoundedNumbers > 0)
        {
            yield return $"{RoundedNumbers:N0} bank or account numbers are rounded numbers such as 4.00000E+15: several accounts "
                + "would become one. Export these columns as text.";
        }

        if (RoundedAmounts > 0)
        {
            yield return $"{RoundedAmounts:N0} amounts are written as 1.23E+05, as spreadsheets round them: the digits left out "
                + "are read as zeros. Export amounts as plain numbers.";
        }

        if (UndecidedPoints > 0)
        {
            yield return $"{UndecidedPoints:N0} amounts such as 1.234 are read with a decimal point, but no amount of the file "
                + "shows whether points group thousands. If they do, export amounts without them, or give a mapping with "
                + "groupSign.";
        }

        if (DayOnlyRows > 0)
        {
            yield return $"{DayOnlyRows:N0} rows have a day without a time, which is read as midnight.";
        }

        if (Rows > 1 && DayOnlyRows == 0 && !_hasTimeOfDay)
        {
            yield return "Every payment is at midnight: if the source has times of day, export them.";
        }

        if (ShortRows > 0)
        {
            yield return $"{ShortRows:N0} rows lack the last cell, Is Laundering; they are read as unlabelled.";
        }

        if (RepeatedHeaders > 0)
        {
            yield return $"The header stands on {RepeatedHeaders:N0} more lines, as where files were joined; these lines are "
                + "left out.";
        }

        if (Undecoded > 0)
        {
            yield return $"{Undecoded:N0} places are not text in the file's encoding, as in Latin-1 or Windows-1252 files: "
                + "export it as UTF-8.";
        }

        if (OtherFormatRows > 0)
        {
            yield return $"{OtherFormatRows:N0} rows have a payment format that is none of AMLworld's seven; they are read as "
                + "Other.";
        }
    }
}
