using Consortium.Learning.Models;

namespace Consortium.Learning.Families.Boosting;

/// <summary>One bank's side of boosting: first of the bin edges, then of the trees.</summary>
internal sealed class BoostingStep(TrainingRows rows) : LocalStep
{
    private LocalSketch? _sketch;
    private LocalBoosting? _boosting;

    public override void Contribute(TrainingState state, Span<long> contribution, CancellationToken cancellationToken)
    {
        if (state is SketchState sketch)
        {
            (_sketch ??= new LocalSketch(rows)).Contribute(sketch, contribution);
            return;
        }

        _sketch = null; // its sorted values take as much memory as the rows
        var boosting = (BoostingState)state;
        (_boosting ??= new LocalBoosting(boosting, rows)).Contribute(boosting, contribution);
    }
}
