using System.Runtime.ExceptionServices;
using MassTransit;

namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// The end of messages that failed: what the consumer gave back, or there was no memory for, goes to the broker and comes again;
/// anything else failed before it was read as a frame, would do so each time, and is kept as a dead letter. It replaces
/// MassTransit's error queue, whose name and place a party has no right to declare.
/// </summary>
internal sealed class UnreadFilter(FrameMessageConsumer consumer) : IFilter<ExceptionReceiveContext>
{
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        if (context.Exception is FrameReturnedException || context.Exception.GetBaseException() is OutOfMemoryException)
        {
            ExceptionDispatchInfo.Throw(context.Exception);
        }

        await consumer.KeepUnreadAsync(context, context.Exception.Message);
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("unread");
}
