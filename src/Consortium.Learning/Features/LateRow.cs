namespace Consortium.Learning.Features;

/// <summary>Takes the late columns of one payment, 24 hours after it.</summary>
/// <param name="number">The number that the payment was added under.</param>
/// <param name="columns">As many as <see cref="FeatureExtractor.LateColumns"/> counts; valid during the call.</param>
public delegate void LateRow(int number, ReadOnlySpan<float> columns);
