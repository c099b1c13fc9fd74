using System.Buffers.Binary;
using System.Diagnostics;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Telemetry;

/// <summary>
/// The trace of one attempt at a round. Its identifier follows from the attempt's, so that what all parties do for a round is one
/// trace, whoever set it off, whichever process was restarted in between, and whoever on the way traces nothing.
/// </summary>
public static class RoundTrace
{
    public static ActivityContext Of(AttemptId attempt)
    {
        Span<byte> bytes = stackalloc byte[Digest.Length + sizeof(int) + sizeof(int)];
        attempt.Session.Value.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[Digest.Length..], attempt.Round.Value);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[(Digest.Length + sizeof(int))..], attempt.Attempt.Value);
        ReadOnlySpan<byte> identifier = Digest.Of(bytes).ToArray();
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(identifier[..16]), ActivitySpanId.CreateFromBytes(identifier[16..24]),
            ActivityTraceFlags.Recorded, isRemote: true);
    }

    /// <summary>As a traceparent.</summary>
    public static string ParentOf(AttemptId attempt)
    {
        ActivityContext context = Of(attempt);
        return $"00-{context.TraceId}-{context.SpanId}-01";
    }

    /// <summary>The trace that a message belongs to, as a traceparent; null when it is about no round.</summary>
    public static string? ParentOf(Message message) => message.Attempt is AttemptId attempt ? ParentOf(attempt) : null;
}
