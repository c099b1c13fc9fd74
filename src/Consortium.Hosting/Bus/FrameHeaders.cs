namespace Consortium.Hosting.Bus;

/// <summary>What travels beside a frame's body. On the way in it is only what the sender claims.</summary>
/// <param name="Sender">The sender's name; empty when none was given.</param>
/// <param name="TraceParent">The trace that the frame belongs to, as a traceparent; null when it belongs to none.</param>
public readonly record struct FrameHeaders(string Sender, string? TraceParent);
