namespace Consortium.Learning.Payments;

/// <summary>What a reader met so far; complete once the file has been read to its end.</summary>
public sealed class ReadReport
{
    /// <summary>Problems kept word for word; all are counted in <see cref="BadRows"/>.</summary>
    public const int MaxProblemsKept = 1000;

    private readonly List<RowProblem> _problems = [];

    /// <summary>Rows handed on.</summary>
    public long Rows { get; internal set; }

    /// <summary>Rows left out, each with a problem.</summary>
    public long BadRows { get; private set; }

    /// <summary>Empty lines, which are neither rows nor problems.</summary>
    public long BlankLines { get; internal set; }

    /// <summary>Rows earlier than the latest row before them. They are handed on in the file's order.</summary>
    public long OutOfOrderRows { get; internal set; }

    /// <summary>Line of the first row out of order, or 0.</summary>
    public long FirstOutOfOrderLine { get; internal set; }

    /// <summary>Whether the file has a label column.</summary>
    public bool HasLabels { get; internal set; }

    /// <summary>Rows whose label is <see cref="Label.Unknown"/>: all of them without a label column, else those with an empty label.</summary>
    public long UnlabelledRows { get; internal set; }

    /// <summary>Rows labelled laundering.</summary>
    public long LaunderingRows { get; internal set; }

    /// <summary>Rows whose payment format is none of AMLworld's seven; they read as <see cref="PaymentFormat.Other"/>.</summary>
    public long OtherFormatRows { get; internal set; }

    public DateTime? Earliest { get; internal set; }

    public DateTime? Latest { get; internal set; }

    /// <summary>The first <see cref="MaxProblemsKept"/> problems.</summary>
    public IReadOnlyList<RowProblem> Problems => _problems;

    internal void Add(RowProblem problem)
    {
        BadRows++;
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

        UnlabelledRows += payment.Label == Label.Unknown ? 1 : 0;
        LaunderingRows += payment.Label == Label.Laundering ? 1 : 0;
        OtherFormatRows += payment.PaymentFormat == PaymentFormat.Other ? 1 : 0;
    }
}
