namespace Consortium.Hosting.Bus;

/// <summary>
/// Takes one message from a transport. When the task completes, the message is done with and the transport acknowledges it; when
/// it fails, the message goes back and comes again.
/// </summary>
public delegate Task FrameReceiver(ReceivedFrame frame);
