using System.Text.Json.Serialization;

namespace Consortium.Cli.Data;

/// <summary>A row that is not read, and why.</summary>
/// <param name="Row">
/// The line in the file, from 1 (the header's); of a Parquet file, the row; of a file of messages, the payment.
/// </param>
/// <param name="Column">The column, element or field; empty where the row as a whole is at fault.</param>
/// <param name="Message">The message in the file, from 1; null where files have no messages.</param>
internal sealed record SetAsideRow(
    [property: JsonPropertyName("row")] long Row, [property: JsonPropertyName("column")] string Column,
    [property: JsonPropertyName("reason")] string Reason, [property: JsonPropertyName("message")] int? Message);
