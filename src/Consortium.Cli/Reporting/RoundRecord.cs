using System.Collections.Immutable;
using Consortium.Primitives;

namespace Consortium.Cli.Reporting;

/// <summary>One released sum, as a bank was sent it and the operator saw it end.</summary>
internal sealed record RoundRecord
{
    public required int Round { get; init; }

    /// <summary>1 unless an attempt before was given up.</summary>
    public required int Attempt { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Received by all parties in the round.</summary>
    public required long Bytes { get; init; }

    /// <summary>Integers in the sum.</summary>
    public required int Values { get; init; }

    /// <summary>Banks whose updates it sums.</summary>
    public required ImmutableArray<string> Members { get; init; }

    /// <summary>Key holders whose signed approval of this cohort came with it.</summary>
    public required ImmutableArray<string> Approved { get; init; }

    /// <summary>Key holders whose share-sum came with it.</summary>
    public required ImmutableArray<string> Released { get; init; }

    public required string Cohort { get; init; }

    public required string Sum { get; init; }

    /// <summary>Digest of the state that all banks' models reached.</summary>
    public required string State { get; init; }
}
