using System.Diagnostics;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Resilience;
using Consortium.Hosting.Telemetry;
using Consortium.Protocol.Messages;
using MassTransit;
using Microsoft.Extensions.Logging;
using Polly;

namespace Consortium.Hosting.Bus;

/// <summary>
/// Takes each received message to the party's handler and then lets MassTransit acknowledge it, or keeps it as a dead letter first.
/// When it throws instead, the message goes back to the broker and comes again.
/// </summary>
internal sealed partial class FrameConsumer : IConsumer<FrameMessage>, IDisposable
{
    private const int LongestReason = 512;

    private readonly PartyId _self;
    private readonly IBusTransport _transport;
    private readonly FrameHandler _handler;
    private readonly FaultPoint _faults;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _handling;
    private readonly CancellationTokenSource _stopping = new();

    public FrameConsumer(PartyId self, IBusTransport transport, FrameHandler handler, BusSurroundings surroundings)
    {
        _self = self;
        _transport = transport;
        _handler = handler;
        _faults = surroundings.Faults;
        _time = surroundings.Time;
        _logger = surroundings.Loggers.CreateLogger<FrameConsumer>();
        _handling = Pipelines.Handle(surroundings.Time, LogHandlerRetry);
    }

    public async Task Consume(ConsumeContext<FrameMessage> context)
    {
        try
        {
            await ConsumeAsync(context.Message, context.ReceiveContext);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new FrameReturnedException(exception);
        }
    }

    /// <summary>Keeps what MassTransit could not even read.</summary>
    public Task DeadLetterUnreadAsync(ReceiveContext context, string reason) =>
        DeadLetterAsync(new FrameMessage(context.Body.GetBytes()), _transport.PublisherOf(context)?.Name ?? string.Empty, reason);

    public void Stop() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();

    private async Task ConsumeAsync(FrameMessage message, ReceiveContext context)
    {
        string claimed = Header(context, FrameHeaders.Sender);
        if (_transport.PublisherOf(context) is not { } sender || sender.Name != claimed)
        {
            await DeadLetterAsync(message, claimed, $"The sender '{claimed}' is not who published the frame.");
            return;
        }

        _ = ActivityContext.TryParse(Header(context, FrameHeaders.TraceParent), null, isRemote: true, out ActivityContext trace);
        using Activity? activity = Instruments.Activities.StartActivity("handle", ActivityKind.Consumer, trace);
        activity?.SetTag("consortium.sender", sender.Name);
        var frame = new Frame(message.Body, sender, activity?.Context ?? trace);
        Instruments.BytesReceived.Add(frame.Body.Length);
        _faults("bus:received");
        long start = _time.GetTimestamp();
        Delivery delivery = await HandleAsync(frame);
        Instruments.HandlerSeconds.Record(_time.GetElapsedTime(start).TotalSeconds);
        if (delivery is Delivery.RejectedDelivery rejected)
        {
            activity?.SetStatus(ActivityStatusCode.Error, rejected.Reason);
            await DeadLetterAsync(message, sender.Name, rejected.Reason);
            return;
        }

        Instruments.FramesAccepted.Add(1);
        _faults("bus:handled");
    }

    private async Task<Delivery> HandleAsync(Frame frame)
    {
        try
        {
            return await _handling.ExecuteAsync(
                static async (state, cancellation) => await state.Handler(state.Frame, cancellation), (Handler: _handler, Frame: frame), _stopping.Token);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogHandlerGaveUp(_logger, _self, frame.Sender, exception);
            return Delivery.Rejected($"The handler failed: {exception.GetType().Name}: {exception.Message}");
        }
    }

    private async Task DeadLetterAsync(FrameMessage frame, string sender, string reason)
    {
        string printable = Printable(reason);
        Instruments.FramesRejected.Add(1);
        LogRejected(_logger, _self, Printable(sender), frame.Body.Length, printable);
        _faults("bus:dead-lettering");
        await _transport.DeadLetterAsync(
            frame,
            context =>
            {
                context.Headers.Set(FrameHeaders.DeadLetterReason, printable);
                context.Headers.Set(FrameHeaders.DeadLetterSender, Printable(sender));
            },
            _stopping.Token);
        _faults("bus:dead-lettered");
    }

    /// <summary>A header if it is text; a stranger may have put anything there.</summary>
    private static string Header(ReceiveContext context, string name) =>
        context.TransportHeaders.TryGetHeader(name, out object? value) && value is string text ? text : string.Empty;

    private static string Printable(string text) =>
        string.Concat(text.Take(LongestReason).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));

    private void LogHandlerRetry(Exception exception, TimeSpan delay)
    {
        Instruments.HandlerRetries.Add(1);
        LogHandlerFailed(_logger, _self, delay, exception);
    }
}
