namespace Consortium.Learning.Families.Boosting;

/// <summary>
/// What an edge multiplies into the product of its path, and what it contributes per unit of that product, at one point.
/// </summary>
/// <param name="Passed">Multiplies when the row passes the edge and the edges of its feature above.</param>
/// <param name="Missed">Multiplies when the row passes those above and not this one.</param>
/// <param name="Lost">Multiplies when the row did not pass those above.</param>
/// <param name="PassedGain">Contributed when the row passes; weighted with the point's weight.</param>
/// <param name="MissedGain">Contributed when it misses here. What it missed above has been contributed there.</param>
internal readonly record struct EdgeFactors(double Passed, double Missed, double Lost, double PassedGain, double MissedGain);
