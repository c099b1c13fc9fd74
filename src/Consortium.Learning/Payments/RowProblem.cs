namespace Consortium.Learning.Payments;

/// <summary>Why one row of a file was not read.</summary>
/// <param name="Line">
/// The file's line, from 1 (the header's); of a Parquet file, the row, from 1; of a file of messages, the payment, from 1.
/// </param>
/// <param name="Column">The column's name, or empty when the row as a whole is at fault.</param>
/// <param name="Reason">
/// What was expected and what was found. It quotes the file, so it belongs on the bank's own screen only.
/// </param>
public sealed record RowProblem(long Line, string Column, string Reason)
{
    public RowFault Fault { get; init; }

    /// <summary>The message of the file that holds the row, from 1; 0 where files have no messages.</summary>
    public int Message { get; init; }

    private string Place => Message == 0 ? $"line {Line}" : $"message {Message}, payment {Line}";

    public override string ToString() => $"{Place}{(Column.Length == 0 ? "" : $", {Column}")}: {Reason}";
}
