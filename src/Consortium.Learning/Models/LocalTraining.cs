using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>One bank's side of a session: turns a state's request and the bank's rows into the integers to contribute.</summary>
/// <remarks>
/// What is contributed depends on state and rows alone, but for where in the vector a bank's vote on the finished model lies. Work done for earlier rounds is kept and checked against the state, so that a session may be
/// taken up at any state; that only costs time. Not thread-safe.
/// </remarks>
public sealed class LocalTraining
{
    private readonly TrainingPlan _plan;
    private readonly TrainingRows _rows;
    private LocalSketch? _sketch;
    private LocalBoosting? _boosting;
    private LocalRegression? _regression;

    /// <exception cref="ArgumentException">The rows don't follow the plan's feature schema, or are more than it allows.</exception>
    public LocalTraining(TrainingPlan plan, TrainingRows rows)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(rows);
        if (!rows.Training.Schema.Digest.SequenceEqual(plan.SchemaDigest.Span))
        {
            throw new ArgumentException("The rows follow another feature schema than the plan.", nameof(rows));
        }

        if (!plan.Units.AsSpan().SequenceEqual(rows.Training.Schema.Features.Select(feature => feature.Unit).ToArray()))
        {
            throw new ArgumentException("The plan names other units than the rows' feature schema.", nameof(plan));
        }

        int most = Math.Max(rows.Training.RowCount, rows.Validation.RowCount);
        if (most > plan.MaximumRows)
        {
            throw new ArgumentException($"There are {most} rows; the plan allows a bank {plan.MaximumRows}.", nameof(rows));
        }

        _plan = plan;
        _rows = rows;
    }

    /// <summary>The bank's part of the round that <paramref name="state"/> asks for, within its <see cref="RoundRequest"/>'s bounds.</summary>
    /// <exception cref="ArgumentException">The state is of another plan.</exception>
    /// <exception cref="InvalidOperationException">Training is complete.</exception>
    public long[] Contribute(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!state.Plan.Digest.Span.SequenceEqual(_plan.Digest.Span))
        {
            throw new ArgumentException("The state is of another plan.", nameof(state));
        }

        if (state.Request is null)
        {
            throw new InvalidOperationException("Training is complete.");
        }

        switch (state)
        {
            case SketchState sketch:
                return (_sketch ??= new LocalSketch(_rows)).Contribute(sketch);
            case BoostingState boosting:
                _sketch = null;
                return (_boosting ??= new LocalBoosting(boosting, _rows)).Contribute(boosting);
            case NewtonState newton:
                return (_regression ??= new LocalRegression(newton, _rows)).Contribute(newton);
            case AcceptanceState acceptance:
                (_boosting, _regression) = (null, null);
                return LocalAcceptance.Contribute(acceptance, _rows);
            default:
                throw new ArgumentException("The state is of a family that is not there.", nameof(state));
        }
    }
}
