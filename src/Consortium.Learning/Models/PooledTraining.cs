namespace Consortium.Learning.Models;

/// <summary>The session loop in one process, without encryption: what the protocol computes, for one bank's own model and for comparison.</summary>
public static class PooledTraining
{
    /// <summary>Trains on the rows of all <paramref name="banks"/>, each contributing apart. Nobody votes on the model.</summary>
    public static Model Train(TrainingPlan plan, params ReadOnlySpan<TrainingRows> banks)
    {
        plan = plan.WithoutAcceptance();
        var local = new LocalTraining[banks.Length];
        for (int bank = 0; bank < banks.Length; bank++)
        {
            local[bank] = new LocalTraining(plan, banks[bank]);
        }

        TrainingState state = TrainingState.Begin(plan);
        while (state.Request is not null)
        {
            state = state.Advance(Sum(local, state), local.Length);
        }

        return state.Model!;
    }

    /// <summary>The sum of all banks' contributions for the state's request.</summary>
    public static long[] Sum(ReadOnlySpan<LocalTraining> banks, TrainingState state)
    {
        long[] sum = banks[0].Contribute(state);
        foreach (LocalTraining bank in banks[1..])
        {
            long[] contribution = bank.Contribute(state);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += contribution[i];
            }
        }

        return sum;
    }
}
