using System.Collections.Immutable;

namespace Consortium.Learning.Cells;

/// <summary>
/// A model as its family gives it: log-odds are <paramref name="Base"/> plus the value of a row's cell in each group.
/// </summary>
/// <param name="Shape">The groups.</param>
/// <param name="Values">Log-odds of each cell.</param>
/// <param name="Base">Log-odds before any group.</param>
public sealed record CellTable(CellShape Shape, ImmutableArray<double> Values, double Base);
