using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>One bank's side of a session: turns a state's request and the bank's rows into the integers to contribute.</summary>
/// <remarks>
/// What is contributed depends on state and rows alone, but for where in the vector a bank's vote on the finished model lies.
/// Work done for
/// earlier rounds is kept and checked against the state, so that a session may be taken up at any state; that only costs time.
/// Not thread-safe.
/// </remarks>
public sealed class LocalTraining
{
    private readonly TrainingPlan _plan;
    private readonly TrainingRows _rows;
    private readonly NoiseSource? _noise;
    private LocalStep? _step;

    /// <param name="plan">The session's.</param>
    /// <param name="rows">The bank's.</param>
    /// <param name="noise">Draws the noise of a plan that has some; of no use else.</param>
    /// <exception cref="ArgumentException">The rows don't follow the plan's feature schema, or are more than it
    /// allows; or the plan has noise and there is no source of it.</exception>
    public LocalTraining(TrainingPlan plan, TrainingRows rows, NoiseSource? noise = null)
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

        if (plan.Noise is not null && noise is null)
        {
            throw new ArgumentException("The plan has noise; without a source of it nothing may be contributed.", nameof(noise));
        }

        _plan = plan;
        _rows = plan.Noise is { } settings ? rows.Capped(settings.AccountCap) : rows;
        _noise = noise;
    }

    /// <summary>
    /// The bank's part of the round that <paramref name="state"/> asks for, within its <see cref="RoundRequest"/>'s bounds.
    /// </summary>
    /// <exception cref="ArgumentException">The state is of another plan.</exception>
    /// <exception cref="InvalidOperationException">Training is complete.</exception>
    public long[] Contribute(TrainingState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(state);
        var contribution = new long[state.Request?.Length ?? 0];
        Contribute(state, contribution, cancellationToken);
        return contribution;
    }

    /// <summary>Writes the bank's part of the round that <paramref name="state"/> asks for.</summary>
    /// <param name="contribution">Zeros, as many as the request has entries.</param>
    /// <exception cref="ArgumentException">The state is of another plan, or there are more or fewer entries.</exception>
    /// <exception cref="InvalidOperationException">Training is complete.</exception>
    public void Contribute(TrainingState state, Span<long> contribution, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!state.Plan.Digest.Span.SequenceEqual(_plan.Digest.Span))
        {
            throw new ArgumentException("The state is of another plan.", nameof(state));
        }

        RoundRequest request = state.Request ?? throw new InvalidOperationException("Training is complete.");
        if (contribution.Length != request.Length)
        {
            throw new ArgumentException(
                $"There are {contribution.Length} entries; the round asks for {request.Length}.", nameof(contribution));
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (state is AcceptanceState acceptance)
        {
            _step = null; // what training kept is not needed for the vote
            LocalAcceptance.Contribute(acceptance, _rows, contribution, cancellationToken);
            return;
        }

        (_step ??= _plan.Settings.Family.CreateLocalStep(_rows)).Contribute(state, contribution, cancellationToken);
        request.Noise?.AddTo(contribution, _noise!);
    }
}
