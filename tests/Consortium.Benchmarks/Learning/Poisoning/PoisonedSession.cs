using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;

namespace Consortium.Benchmarks.Learning.Poisoning;

/// <summary>One session in which one bank attacks, in one process and without encryption, which would change nothing.</summary>
/// <param name="Candidate">
/// The model that the banks voted on; null where the sums were none that a model could come of, and the session stood still.
/// </param>
/// <param name="Tally">The attacker's own vote, to accept, is in it.</param>
internal sealed record PoisonedSession(Model? Candidate, AcceptanceTally? Tally)
{
    public static PoisonedSession Run(TrainingPlan plan, IReadOnlyList<BankSample> banks, int attacker, Attack attack)
    {
        var honest = new List<LocalTraining>();
        for (int bank = 0; bank < banks.Count; bank++)
        {
            if (bank != attacker)
            {
                honest.Add(new LocalTraining(plan, banks[bank].Rows));
            }
        }

        var dishonest = new LocalTraining(plan, Relabelled(banks[attacker], attack));
        TrainingState state = TrainingState.Begin(plan);
        Model? candidate = null;
        while (state.Request is { } request)
        {
            long[] sum = PooledTraining.Sum([.. honest], state);
            long[] own;
            if (state is AcceptanceState acceptance)
            {
                candidate = acceptance.Candidate;
                own = new long[request.Length];
                own[(int)Ballot.Accept] = 1;
            }
            else
            {
                own = dishonest.Contribute(state);
                attack.Bend?.Invoke(state, own, sum);
            }

            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += own[i];
            }

            try
            {
                state = state.Advance(sum, banks.Count);
            }
            catch (ArgumentException)
            {
                return new PoisonedSession(null, null);
            }
        }

        return new PoisonedSession(candidate, state.Tally);
    }

    private static TrainingRows Relabelled(BankSample bank, Attack attack)
    {
        if (attack.Labels is null)
        {
            return bank.Rows;
        }

        Label[] labels = bank.Training.Labels.ToArray();
        for (int row = 0; row < labels.Length; row++)
        {
            labels[row] = attack.Labels(labels[row], SeededChoice.Uniform(1, (ulong)row));
        }

        return new TrainingRows(bank.Training.Features, labels, bank.Validation.Features, bank.Validation.Labels);
    }
}
