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
        plan = plan.WithoutAcceptance();
        LocalTraining[] local = [.. rows.Select(bank => new LocalTraining(plan, bank))];
        TrainingState state = TrainingState.Begin(plan);
        int rounds = 0;
        while (state.Request is not null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            state = state.Advance(PooledTraining.Sum(local, state), local.Length);
            advanced(++rounds);
        }

        return (state.Model!, rounds);
    }
}
