using Consortium.Learning.Features;
using Consortium.Learning.Models;

namespace Consortium.Workloads;

/// <summary>One bank's side of a training session.</summary>
/// <exception cref="ArgumentException">The bank's rows do not fit the plan.</exception>
internal sealed class LocalTrainingWork(TrainingPlan plan, LocalData data) : LocalWork
{
    private readonly LocalTraining _local = new(
        plan, data.TrainingRowsOf(FeatureView.Of(plan.SchemaDigest.Span) ?? FeatureView.Now),
        plan.Noise is null ? null : data.Noise);

    public override Task ContributeAsync(WorkloadState state, Contribution contribution, CancellationToken cancellationToken)
    {
        int length = contribution.Request.Length;
        _local.Contribute(((TrainingWorkloadState)state).Training, contribution.GetSpan(length), cancellationToken);
        contribution.Advance(length);
        return Task.CompletedTask;
    }
}
