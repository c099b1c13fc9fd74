using Consortium.Cryptography.Encryption;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Aggregator;

/// <summary>
/// Whether the chunks of a frame are what their bank's manifest says, and can be summed; what is right is added at once.
/// </summary>
internal static class ChunkCheck
{
    /// <param name="sum">Of the update's attempt, to which the chunks are added; null, or closed, only checks them.</param>
    /// <returns>Null when they are right, else why they are rejected.</returns>
    public static Rejection? Of(ChunkFrame frame, KnownUpdate update, SlotLayout layout, RunningSum? sum)
    {
        using Instruments.Work work = Instruments.Measure("check", frame.Attempt);
        if (frame.Attempt != update.Attempt)
        {
            return new Rejection(RejectionReason.Inconsistent, $"chunks for {frame.Attempt} of an update for {update.Attempt}");
        }

        if (frame.ChunkLength != WireChunk.Size)
        {
            return new Rejection(RejectionReason.Malformed, $"chunks of {frame.ChunkLength} bytes; they have {WireChunk.Size}");
        }

        if (frame.FirstWrongChunk(update.ChunkDigests) is int wrong)
        {
            return new Rejection(RejectionReason.Inconsistent, $"chunk {wrong} is not the one that '{update.Sender}' signed");
        }

        try
        {
            for (int i = 0; i < frame.Count; i++)
            {
                ChunkHeader header = ChunkHeader.Read(frame.Chunk(i).Span, layout);
                if (header.Summands != 1)
                {
                    return new Rejection(
                        RejectionReason.Inconsistent, $"chunk {frame.First + i} says it is a sum of {header.Summands} updates");
                }
            }

            if (sum is null || !sum.TryAdd(frame))
            {
                Unpack(frame, layout);
            }

            return null;
        }
        catch (MalformedDataException malformed)
        {
            return new Rejection(RejectionReason.Malformed, malformed.Message);
        }
    }

    private static void Unpack(ChunkFrame frame, SlotLayout layout)
    {
        var scratch = new ChunkSum(layout, frame.First);
        for (int i = 0; i < frame.Count; i++)
        {
            scratch.Restart(frame.First + i);
            scratch.Add(frame.Chunk(i).Span);
        }
    }
}
