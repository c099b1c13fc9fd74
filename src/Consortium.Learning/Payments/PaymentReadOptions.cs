using Consortium.Learning.Payments.Mapping;

namespace Consortium.Learning.Payments;

/// <summary>How to read payments.</summary>
public sealed record PaymentReadOptions
{
    /// <summary>Bad rows that may be left out, each reported; one more stops the read. None by default.</summary>
    public long MaxBadRows { get; init; }

    /// <summary>
    /// The bank whose file this is: a row that it neither sends nor receives is a bad row. Null reads every bank's rows.
    /// </summary>
    public BankId? OwnBank { get; init; }

    /// <summary>
    /// The table to intern accounts in; a new one by default. Share one to read several files of the same banks.
    /// </summary>
    public AccountTable? Accounts { get; init; }

    /// <summary>The zone whose clock times that name a zone are turned into. Null turns them into UTC, with a warning.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>Which column is what, for separated text and Parquet; null for AMLworld's columns. Messages need none.</summary>
    public PaymentMapping? Mapping { get; init; }

    /// <summary>Names of the folders above the file that hold a column's value, such as <c>Payment Currency=EUR</c>.</summary>
    internal IReadOnlyList<string> Partitions { get; init; } = [];

    /// <summary>The latest time that a payment can have; later rows are set aside. Null sets no limit.</summary>
    public DateTime? Latest { get; init; }
}
