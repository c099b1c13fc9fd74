using Consortium.Cryptography.Encryption;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Releases;

/// <summary>Whether an update's shape is one that a plan allows and the packing gives.</summary>
internal static class ShapeRules
{
    public static Rejection? Check(UpdateShape shape, SessionPlan plan)
    {
        if (shape.IsBallot)
        {
            return shape == UpdateShape.Ballot
                ? null
                : new Rejection(RejectionReason.Inconsistent, $"{shape.Values} values of {shape.Levels} levels as a ballot");
        }

        if (shape.Values > plan.MaximumValues)
        {
            return new Rejection(RejectionReason.NotAllowed, $"{shape.Values} values; the plan allows {plan.MaximumValues}");
        }

        if ((UInt128)plan.Participants.Length * (shape.Levels - 1) + 1 > ulong.MaxValue)
        {
            return new Rejection(
                RejectionReason.NotAllowed,
                $"a sum of {plan.Participants.Length} values of {shape.Levels} levels does not fit 64 bits");
        }

        int chunks = shape.LayoutFor(plan).ChunkCount(shape.Values);
        return shape.Chunks == chunks
            ? null
            : new Rejection(
                RejectionReason.Inconsistent,
                $"{shape.Chunks} chunks; {shape.Values} values of {shape.Levels} levels take {chunks}");
    }
}
