namespace Consortium.Learning.Models;

/// <summary>What a round asks of every bank: <see cref="Length"/> integers, each from 0 to <see cref="Levels"/> − 1.</summary>
/// <remarks>Both follow from the plan and from earlier sums alone, never from one bank's rows.</remarks>
public readonly record struct RoundRequest(int Length, long Levels);
