using System.Runtime.InteropServices;
using Consortium.Learning.Evaluation;
using Consortium.Learning.Payments;

namespace Consortium.Learning.Models;

/// <summary>One bank's part of <see cref="AcceptanceState"/>.</summary>
internal static class LocalAcceptance
{
    /// <summary>A 1 for what this bank says, 0 for what it does not.</summary>
    public static void Contribute(
        AcceptanceState state, TrainingRows rows, Span<long> contribution, CancellationToken cancellationToken)
    {
        contribution[(int)Judge(state, rows, cancellationToken)] = 1;
    }

    /// <summary>
    /// Holds the candidate against a model of the bank's own training rows, on its validation rows. That model takes nothing from
    /// the session, bin edges neither, for a dishonest bank may have bent whatever comes from there.
    /// </summary>
    private static Ballot Judge(AcceptanceState state, TrainingRows rows, CancellationToken cancellationToken)
    {
        AcceptanceSettings settings = state.Plan.Acceptance!;
        if (rows.ValidationLabels.AsSpan().Count((byte)1) < settings.LeastLaundering)
        {
            return Ballot.Abstain;
        }

        double own = Precision(PooledTraining.TrainAlone(state.Plan, rows, cancellationToken), rows);
        return Precision(state.Candidate, rows) >= settings.Fraction * own ? Ballot.Accept : Ballot.Reject;
    }

    private static double Precision(Model model, TrainingRows rows) =>
        AveragePrecision.Of(model.LogOdds(rows.Validation), MemoryMarshal.Cast<byte, Label>(rows.ValidationLabels.AsSpan()));
}
