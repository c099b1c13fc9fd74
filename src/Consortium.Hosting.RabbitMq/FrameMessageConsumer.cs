using Consortium.Hosting.Bus;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using MassTransit;

namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// Hands each message that MassTransit took off the queue to the bus. When it returns, MassTransit acknowledges the message; when
/// it throws, the message goes back to the broker and comes again.
/// </summary>
internal sealed class FrameMessageConsumer(FrameReceiver receive) : IConsumer<FrameMessage>
{
    public async Task Consume(ConsumeContext<FrameMessage> context)
    {
        try
        {
            await receive(
                new ReceivedFrame(context.Message.Body, PublisherOf(context.ReceiveContext), HeadersOf(context.ReceiveContext)));
        }
        catch (Exception exception)
        {
            throw new FrameReturnedException(exception);
        }
    }

    /// <summary>Keeps what MassTransit could not even read.</summary>
    public Task KeepUnreadAsync(ReceiveContext context, string problem) =>
        receive(new ReceivedFrame(context.Body.GetBytes(), PublisherOf(context), HeadersOf(context), problem));

    /// <summary>By the exchange that the message came through, which only its owner may publish to.</summary>
    private static PartyId? PublisherOf(ReceiveContext context) =>
        context.TryGetPayload(out RabbitMqBasicConsumeContext? message) ? BusNames.PublisherOf(message.Exchange) : null;

    private static FrameHeaders HeadersOf(ReceiveContext context) =>
        new(Header(context, HeaderNames.Sender) ?? string.Empty, Header(context, HeaderNames.TraceParent));

    /// <summary>A header if it is text; a stranger may have put anything there.</summary>
    private static string? Header(ReceiveContext context, string name) =>
        context.TransportHeaders.TryGetHeader(name, out object? value) && value is string text ? text : null;
}
