using Consortium.Learning.Models;

namespace Consortium.Workloads;

/// <summary>The data of one bank that its part of a session may read. Nothing is read before it is asked for.</summary>
/// <param name="trainingRows">Gives the bank's labelled payments with their features, as they were when the bank joined the
/// session.</param>
public sealed class LocalData(Func<TrainingRows> trainingRows)
{
    private readonly Lazy<TrainingRows> _trainingRows = new(trainingRows);

    public TrainingRows TrainingRows => _trainingRows.Value;
}
