using Consortium.Learning.Models;

namespace Consortium.Learning.Families.Logistic;

/// <summary>One bank's side of logistic regression.</summary>
internal sealed class LogisticStep(TrainingRows rows) : LocalStep
{
    private LocalRegression? _regression;

    public override void Contribute(TrainingState state, Span<long> contribution, CancellationToken cancellationToken)
    {
        var newton = (NewtonState)state;
        (_regression ??= new LocalRegression(newton, rows)).Contribute(newton, contribution, cancellationToken);
    }
}
