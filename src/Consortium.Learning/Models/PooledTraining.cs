namespace Consortium.Learning.Models;

/// <summary>
/// The session loop in one process, without encryption: what the protocol computes, for one bank's own model and for comparison.
/// </summary>
public static class PooledTraining
{
    /// <summary>Trains on the rows of all <paramref name="banks"/>, each contributing apart. Nobody votes on the model.</summary>
    public static Model Train(TrainingPlan plan, params ReadOnlySpan<TrainingRows> banks) => Train(plan, banks, advanced: null);

    /// <summary>The model of one bank's own rows: without noise, for nothing of it leaves the bank.</summary>
    public static Model TrainAlone(TrainingPlan plan, TrainingRows rows, CancellationToken cancellationToken = default) =>
        Train(plan.WithoutNoise(), [rows], cancellationToken: cancellationToken);

    /// <summary>Trains on the rows of all <paramref name="banks"/>, each contributing apart. Nobody votes on the model.</summary>
    /// <param name="advanced">Told each state that came of a sum.</param>
    /// <param name="noise">A source for each bank, where the plan has noise.</param>
    public static Model Train(
        TrainingPlan plan,
        ReadOnlySpan<TrainingRows> banks,
        Action<TrainingState>? advanced = null,
        CancellationToken cancellationToken = default,
        Func<int, NoiseSource>? noise = null)
    {
        plan = plan.WithoutAcceptance();
        var local = new LocalTraining[banks.Length];
        for (int bank = 0; bank < banks.Length; bank++)
        {
            local[bank] = new LocalTraining(plan, banks[bank], noise?.Invoke(bank));
        }

        TrainingState state = TrainingState.Begin(plan);
        while (state.Request is not null)
        {
            state = state.Advance(Sum(local, state, cancellationToken), local.Length);
            advanced?.Invoke(state);
        }

        return state.Model!;
    }

    /// <summary>The sum of all banks' contributions for the state's request.</summary>
    public static long[] Sum(
        ReadOnlySpan<LocalTraining> banks, TrainingState state, CancellationToken cancellationToken = default)
    {
        long[] sum = banks[0].Contribute(state, cancellationToken);
        foreach (LocalTraining bank in banks[1..])
        {
            long[] contribution = bank.Contribute(state, cancellationToken);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += contribution[i];
            }
        }

        return sum;
    }
}
