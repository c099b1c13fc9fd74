using System.Text.Json.Serialization;

namespace Consortium.Cli.Data;

/// <summary>A row that is not read, and why.</summary>
/// <param name="Row">The line in the file, from 1 (the header's); of a Parquet file, the row, from 1.</param>
/// <param name="Column">Empty where the row as a whole is at fault.</param>
internal sealed record SetAsideRow(
    [property: JsonPropertyName("row")] long Row, [property: JsonPropertyName("column")] string Column,
    [property: JsonPropertyName("reason")] string Reason);
