using Consortium.Learning.Features;
using Consortium.Learning.Models;

namespace Consortium.Workloads;

/// <summary>The data of one bank that its part of a session may read. Nothing is read before it is asked for.</summary>
/// <param name="trainingRows">Gives the bank's labelled payments with the features of a view, as they were when the bank joined
/// the session.</param>
/// <param name="noise">
/// Where the noise of a plan comes from; exact samples from the operating system's randomness unless given.
/// </param>
public sealed class LocalData(Func<FeatureView, TrainingRows> trainingRows, NoiseSource? noise = null)
{
    public NoiseSource Noise { get; } = noise ?? new ExactNoise();

    public TrainingRows TrainingRowsOf(FeatureView view) => trainingRows(view);
}
