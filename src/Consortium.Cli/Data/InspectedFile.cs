using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Consortium.Cli.Data;

/// <summary>What the reader understood of one file, or of all files together.</summary>
internal sealed record InspectedFile
{
    [JsonPropertyName("file")]
    public required string File { get; init; }

    /// <summary>Kind, packing, encoding and separator; empty where not even these are known.</summary>
    [JsonPropertyName("format")]
    public required string Format { get; init; }

    /// <summary>Payments read: those labelled laundering, licit, and not labelled.</summary>
    [JsonPropertyName("rows")]
    public required long Rows { get; init; }

    [JsonPropertyName("laundering")]
    public required long Laundering { get; init; }

    [JsonPropertyName("licit")]
    public required long Licit { get; init; }

    [JsonPropertyName("unlabelled")]
    public required long Unlabelled { get; init; }

    [JsonPropertyName("blank")]
    public required long Blank { get; init; }

    /// <summary>Rows that were not read, the first thousand of them.</summary>
    [JsonPropertyName("set_aside")]
    public required ImmutableArray<SetAsideRow> SetAside { get; init; }

    /// <summary>All rows that were not read.</summary>
    [JsonPropertyName("set_aside_rows")]
    public required long SetAsideRows { get; init; }

    /// <summary>Of the payments without labels: equal where other files hold the same payments, in whatever form.</summary>
    [JsonPropertyName("digest")]
    public required string Digest { get; init; }

    [JsonPropertyName("accounts")]
    public required int Accounts { get; init; }

    [JsonPropertyName("banks")]
    public required int Banks { get; init; }

    [JsonPropertyName("currencies")]
    public required int Currencies { get; init; }

    /// <summary>The first banks by name, and all currencies.</summary>
    [JsonPropertyName("bank_names")]
    public required ImmutableArray<string> BankNames { get; init; }

    [JsonPropertyName("currency_names")]
    public required ImmutableArray<string> CurrencyNames { get; init; }

    /// <summary>Times of the first and the last payment; null where there is none.</summary>
    [JsonPropertyName("first")]
    public required string? First { get; init; }

    [JsonPropertyName("last")]
    public required string? Last { get; init; }

    [JsonPropertyName("warnings")]
    public required ImmutableArray<string> Warnings { get; init; }

    /// <summary>Why the file as a whole is rejected; null where it is read. Counts are then those up to there.</summary>
    [JsonPropertyName("rejected")]
    public required string? Rejected { get; init; }

    /// <summary>Whether every row is read.</summary>
    [JsonIgnore]
    public bool IsWhole => Rejected is null && SetAsideRows == 0;
}
