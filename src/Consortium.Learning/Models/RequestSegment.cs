namespace Consortium.Learning.Models;

/// <summary>A stretch of a request: <see cref="Length"/> integers, each from 0 to <see cref="Levels"/> − 1.</summary>
public readonly record struct RequestSegment(int Length, long Levels);
