using Consortium.Cryptography;
using Consortium.Cryptography.Encryption;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Aggregator;

/// <summary>Whether the chunks of a frame are what their bank's manifest says, and can be summed.</summary>
internal static class ChunkCheck
{
    /// <returns>Null when they are, else why they are rejected.</returns>
    public static Rejection? Of(ChunkFrame frame, UpdateSubmitted update, SlotLayout layout)
    {
        using Instruments.Work work = Instruments.Measure("check");
        if (frame.Attempt != update.Manifest.Statement.Attempt)
        {
            return new Rejection(RejectionReason.Inconsistent, $"chunks for {frame.Attempt} of an update for {update.Manifest.Statement.Attempt}");
        }

        if (frame.ChunkLength != WireChunk.Size)
        {
            return new Rejection(RejectionReason.Malformed, $"chunks of {frame.ChunkLength} bytes; they have {WireChunk.Size}");
        }

        if (frame.FirstWrongChunk(update.ChunkDigests) is int wrong)
        {
            return new Rejection(RejectionReason.Inconsistent, $"chunk {wrong} is not the one that '{update.Sender}' signed");
        }

        var scratch = new ChunkSum(layout, frame.First);
        try
        {
            for (int i = 0; i < frame.Count; i++)
            {
                scratch.Restart(frame.First + i);
                scratch.Add(frame.Chunk(i).Span);
                if (scratch.Summands != 1)
                {
                    return new Rejection(RejectionReason.Inconsistent, $"chunk {frame.First + i} says it is a sum of {scratch.Summands} updates");
                }
            }

            return null;
        }
        catch (MalformedDataException malformed)
        {
            return new Rejection(RejectionReason.Malformed, malformed.Message);
        }
    }
}
