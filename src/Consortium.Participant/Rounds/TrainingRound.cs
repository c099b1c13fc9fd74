using Consortium.Learning.Models;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Rounds;

/// <summary>
/// One round of a protocol session in terms of learning. A session has a fixed number of rounds and training may need fewer: in the rounds
/// that are left banks send a single zero each, and the state stays.
/// </summary>
internal static class TrainingRound
{
    private static readonly RoundRequest Idle = new(1, 2);

    public static RoundRequest RequestOf(TrainingState state) => state.Request ?? Idle;

    public static StateDigest DigestOf(TrainingState state) => new(new Digest(state.Digest.Span));

    public static long[] Contribute(LocalTraining local, TrainingState state) =>
        state.Request is null ? new long[Idle.Length] : local.Contribute(state);

    /// <exception cref="ArgumentException">No contributions within the request's bounds have this sum.</exception>
    public static TrainingState Advance(TrainingState state, ReadOnlySpan<long> sum, int cohort) =>
        state.Request is null ? state : state.Advance(sum, cohort);

    /// <exception cref="ArgumentOutOfRangeException">A sum over all of the plan's participants does not fit 64 bits.</exception>
    public static UpdateShape ShapeOf(RoundRequest request, SessionPlan plan)
    {
        var shape = new UpdateShape(request.Length, (ulong)request.Levels, 0);
        return shape with { Chunks = shape.LayoutFor(plan).ChunkCount(request.Length) };
    }
}
