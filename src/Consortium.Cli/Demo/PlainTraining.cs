using Consortium.Learning.Models;

namespace Consortium.Cli.Demo;

/// <summary>
/// The same training without encryption, in one place: what pooling would give, and what a bank gets by itself. Nobody votes on
/// it.
/// </summary>
internal static class PlainTraining
{
    /// <param name="advanced">Told each round.</param>
    /// <returns>The model and the rounds it took.</returns>
    public static (Model Model, int Rounds) Run(
        TrainingPlan plan, IReadOnlyList<TrainingRows> rows, Action<int> advanced, CancellationToken cancellationToken)
    {
        int rounds = 0;
        Model model = PooledTraining.Train(plan, [.. rows], _ => advanced(++rounds), cancellationToken);
        return (model, rounds);
    }
}
