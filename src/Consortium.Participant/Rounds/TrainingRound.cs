using Consortium.Learning.Models;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Rounds;

/// <summary>One round of a protocol session in terms of learning.</summary>
internal static class TrainingRound
{
    public static StateDigest DigestOf(TrainingState state) => new(new Digest(state.Digest.Span));

    /// <summary>How the banks voted on the model, as the protocol says it; null where they did not.</summary>
    public static VoteTally? VoteOf(TrainingState state) => state.Tally is { } tally
        ? new VoteTally(tally.IsAdopted, tally.IsValid, tally.Accepting, tally.Rejecting, tally.Abstaining)
        : null;

    /// <exception cref="ArgumentOutOfRangeException">A sum over all of the plan's participants does not fit 64 bits.</exception>
    public static UpdateShape ShapeOf(RoundRequest request, SessionPlan plan)
    {
        var shape = new UpdateShape(request.Length, (ulong)request.Levels, 0);
        return shape with { Chunks = shape.LayoutFor(plan).ChunkCount(request.Length) };
    }
}
