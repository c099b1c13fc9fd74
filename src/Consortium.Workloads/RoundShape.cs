using Consortium.Learning.Models;
using Consortium.Protocol.Messages;

namespace Consortium.Workloads;

/// <summary>How a request of a workload travels in a protocol session.</summary>
public static class RoundShape
{
    /// <exception cref="ArgumentOutOfRangeException">A sum over all of the plan's participants does not fit 64 bits.</exception>
    public static UpdateShape Of(RoundRequest request, SessionPlan plan)
    {
        if (request.IsVote)
        {
            return UpdateShape.Ballot;
        }

        var shape = new UpdateShape(request.Length, (ulong)request.Levels, 0);
        return shape with { Chunks = shape.LayoutFor(plan).ChunkCount(request.Length) };
    }
}
