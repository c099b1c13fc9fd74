using System.Collections.Immutable;

namespace Consortium.Cli.Reporting;

/// <summary>Precision-recall curves of one bank's test rows. Each point is recall, then precision, both 0 to 1.</summary>
internal sealed record BankCurves(
    string Bank, double BaseRate, ImmutableArray<CurvePoint> Own, ImmutableArray<CurvePoint> Consortium,
    ImmutableArray<CurvePoint> Pooled);
