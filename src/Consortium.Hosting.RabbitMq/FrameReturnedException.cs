namespace Consortium.Hosting.RabbitMq;

/// <summary>Marks a message that goes back to the broker.</summary>
/// <param name="cause">
/// Not passed on where a cancellation began it: MassTransit would take the message for cancelled by its consumer, not for
/// returned.
/// </param>
internal sealed class FrameReturnedException(Exception cause)
    : Exception(cause.Message, cause.GetBaseException() is OperationCanceledException ? null : cause);
