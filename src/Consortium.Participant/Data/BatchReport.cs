using System.Collections.Immutable;

namespace Consortium.Participant.Data;

/// <summary>What became of the rows of a batch of files.</summary>
public sealed record BatchReport
{
    /// <summary>Payments taken, those of other banks to this one among them.</summary>
    public required int Taken { get; init; }

    /// <summary>Of these, payments that this bank sends, which have features.</summary>
    public required int Owned { get; init; }

    /// <summary>Of those taken, payments earlier than the batches before, which were merged into the past.</summary>
    public required int Late { get; init; }

    /// <summary>Payments that lie further back than late payments are taken: set aside.</summary>
    public required int TooLate { get; init; }

    /// <summary>Payments that earlier files held already, in every column but the label: left out.</summary>
    public required int AlreadyRead { get; init; }

    /// <summary>Of these, payments whose label is another one now, which is not taken.</summary>
    public required int OtherLabels { get; init; }

    /// <summary>Malformed rows and rows with impossible dates: set aside by the reader.</summary>
    public required long SetAside { get; init; }

    /// <summary>What the reader warned of, with the first rows that it set aside.</summary>
    public required ImmutableArray<string> Remarks { get; init; }

    /// <summary>All that people should know of, in a line; empty when every row was taken.</summary>
    public string Summary => string.Join(" ", Parts());

    private IEnumerable<string> Parts()
    {
        if (Late > 0)
        {
            yield return $"{Late} late payments were merged into earlier days.";
        }

        if (TooLate > 0)
        {
            yield return $"{TooLate} payments lie too far back and are set aside.";
        }

        if (AlreadyRead > 0)
        {
            yield return $"{AlreadyRead} payments were read before and are left out.";
        }

        if (OtherLabels > 0)
        {
            yield return $"{OtherLabels} of these have another label now, which is not taken.";
        }

        foreach (string remark in Remarks)
        {
            yield return remark;
        }
    }
}
