using System.Collections.Immutable;

namespace Consortium.Learning.Payments.Mapping;

/// <summary>Which column of a bank's own files is what, and how it writes times, amounts, formats and labels.</summary>
/// <remarks>Read from <c>mapping.json</c> by <see cref="MappingText"/>; that folder's README describes it.</remarks>
public sealed record PaymentMapping
{
    /// <summary>Whether the first line names the columns.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>What is between fields; null where the file shows it.</summary>
    public char? Separator { get; init; }

    /// <summary>The text's encoding; null where the file shows it.</summary>
    public string? Encoding { get; init; }

    /// <summary>
    /// As .NET writes it, such as <c>dd.MM.yyyy HH:mm</c>, or <c>unix</c> or <c>unixMilliseconds</c>; null for certain forms.
    /// </summary>
    public string? TimeFormat { get; init; }

    /// <summary>The zone of times that name none; null where they are the bank's own.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>Null where amounts show it.</summary>
    public char? DecimalSign { get; init; }

    /// <summary>What groups digits, and is left out; null for nothing.</summary>
    public char? GroupSign { get; init; }

    /// <summary>What labels are written as, in any case. Empty: as everywhere.</summary>
    public ImmutableDictionary<string, Label> Labels { get; init; } = NoLabels;

    /// <summary>Payment formats by the file's words for them, in any case; <c>*</c> stands for all others.</summary>
    public ImmutableDictionary<string, PaymentFormat> Formats { get; init; } = NoFormats;

    /// <summary>
    /// Whether the file is of an account's entries: an own account and another one, and a direction for which is the sender's.
    /// </summary>
    public bool IsStatement { get; init; }

    /// <summary>The words for payments out of (true) and into the own account, in any case.</summary>
    public ImmutableDictionary<string, bool> Directions { get; init; } = NoDirections;

    /// <summary>Whether an amount's sign says the direction: true where negative is out of the own account.</summary>
    public bool? NegativeIsDebit { get; init; }

    internal static ImmutableDictionary<string, bool> NoDirections { get; } =
        ImmutableDictionary.Create<string, bool>(StringComparer.OrdinalIgnoreCase);

    internal static ImmutableDictionary<string, Label> NoLabels { get; } =
        ImmutableDictionary.Create<string, Label>(StringComparer.OrdinalIgnoreCase);

    internal static ImmutableDictionary<string, PaymentFormat> NoFormats { get; } =
        ImmutableDictionary.Create<string, PaymentFormat>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Where each column of a payment stands; a time may be of two columns, the day's and the hour's.</summary>
    internal ImmutableDictionary<PaymentColumn, ImmutableArray<ColumnReference>> Columns { get; init; } =
        ImmutableDictionary<PaymentColumn, ImmutableArray<ColumnReference>>.Empty;

    /// <summary>What every payment of the file has.</summary>
    internal ImmutableDictionary<PaymentColumn, string> Constants { get; init; } =
        ImmutableDictionary<PaymentColumn, string>.Empty;
}
