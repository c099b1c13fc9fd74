using System.Diagnostics;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Resilience;
using Consortium.Hosting.Telemetry;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;
using Polly;

namespace Consortium.Hosting.Bus;

/// <summary>
/// Takes each received message to the party's handler, or keeps it as a dead letter; then the transport acknowledges it. When it
/// throws instead, the message goes back and comes again: so it does when the handler held it too long.
/// </summary>
internal sealed partial class FrameConsumer : IDisposable
{
    private const int LongestReason = 512;

    private readonly PartyId _self;
    private readonly ITransport _transport;
    private readonly BusLimits _limits;
    private readonly FrameHandler _handler;
    private readonly FaultPoint _faults;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _handling;
    private readonly CancellationTokenSource _stopping = new();

    public FrameConsumer(PartyId self, ITransport transport, BusLimits limits, FrameHandler handler, BusSurroundings surroundings)
    {
        _self = self;
        _transport = transport;
        _limits = limits;
        _handler = handler;
        _faults = surroundings.Faults;
        _time = surroundings.Time;
        _logger = surroundings.Loggers.CreateLogger<FrameConsumer>();
        _handling = Pipelines.Handle(surroundings.Time, limits.HandlingLimit, LogHandlerRetry);
    }

    /// <summary>A <see cref="FrameReceiver"/>.</summary>
    public async Task ReceiveAsync(ReceivedFrame received)
    {
        if (Problem(received) is { } problem)
        {
            await DeadLetterAsync(received.Body, received.Publisher?.Name ?? received.Headers.Sender, problem);
            return;
        }

        PartyId sender = received.Publisher!.Value;
        _ = ActivityContext.TryParse(received.Headers.TraceParent, null, isRemote: true, out ActivityContext trace);
        using Activity? activity = Instruments.Activities.StartActivity("handle", ActivityKind.Consumer, trace);
        activity?.SetTag("consortium.sender", sender.Name);
        var frame = new Frame(received.Body, sender, activity?.Context ?? trace);
        Instruments.BytesReceived.Add(frame.Body.Length);
        _faults("bus:received");
        long start = _time.GetTimestamp();
        Delivery delivery = await HandleAsync(frame);
        Instruments.HandlerSeconds.Record(_time.GetElapsedTime(start).TotalSeconds);
        if (delivery is Delivery.RejectedDelivery rejected)
        {
            activity?.SetStatus(ActivityStatusCode.Error, rejected.Reason);
            await DeadLetterAsync(received.Body, sender.Name, rejected.Reason);
            return;
        }

        Instruments.FramesAccepted.Add(1);
        _faults("bus:handled");
    }

    public void Stop() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();

    /// <summary>Why a message is no frame for the handler; null when it is one.</summary>
    private string? Problem(ReceivedFrame received) =>
        received.Problem
        ?? (received.Body.Length > _limits.FrameBytes
            ? $"The frame has {received.Body.Length} bytes; at most {_limits.FrameBytes} are taken."
        : received.Publisher?.Name != received.Headers.Sender
            ? $"The sender '{received.Headers.Sender}' is not who published the frame."
        : null);

    private async Task<Delivery> HandleAsync(Frame frame)
    {
        try
        {
            return await _handling.ExecuteAsync(
                static async (state, cancellation) => await state.Handler(state.Frame, cancellation),
                (Handler: _handler, Frame: frame), _stopping.Token);
        }
        catch (Exception exception) when (Pipelines.IsEnvironmental(exception))
        {
            LogHeldTooLong(_logger, _self, frame.Sender, _limits.HandlingLimit, exception);
            throw;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogHandlerGaveUp(_logger, _self, frame.Sender, exception);
            return Delivery.Rejected($"The handler failed: {exception.GetType().Name}: {exception.Message}");
        }
    }

    private async Task DeadLetterAsync(ReadOnlyMemory<byte> body, string sender, string reason)
    {
        var letter = new DeadLetter(Printable(sender), Printable(reason), body);
        Instruments.FramesRejected.Add(1);
        LogRejected(_logger, _self, letter.Sender, body.Length, letter.Reason);
        _faults("bus:dead-lettering");
        await _transport.DeadLetterAsync(letter, _stopping.Token);
        _faults("bus:dead-lettered");
    }

    private static string Printable(string text) =>
        string.Concat(text.Take(LongestReason).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));

    private void LogHandlerRetry(Exception exception, TimeSpan delay)
    {
        Instruments.HandlerRetries.Add(1);
        LogHandlerFailed(_logger, _self, delay, exception);
    }
}
