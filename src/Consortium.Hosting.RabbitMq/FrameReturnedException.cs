namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// The consumer could neither finish a frame nor keep it as a dead letter: it goes back to the broker and comes again.
/// </summary>
internal sealed class FrameReturnedException(Exception cause) : Exception("The frame goes back to the broker.", cause);
