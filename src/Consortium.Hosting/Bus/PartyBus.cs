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
/// One party's place on the bus: it sends opaque frames to other parties by name, and its own come to one handler.
/// At least once both ways: a frame is sent when the broker confirmed it, and done with when its handler returned.
/// Thread-safe.
/// </summary>
public sealed partial class PartyBus : IAsyncDisposable
{
    /// <summary>
    /// A confirmation that was under way when the broker died may never come: after this the frame is sent again.
    /// </summary>
    private static readonly TimeSpan ConfirmationLimit = TimeSpan.FromSeconds(20);

    private readonly ITransport _transport;
    private readonly BusLimits _limits;
    private readonly TimeProvider _time;
    private readonly FaultPoint _faults;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _window;
    private readonly ResiliencePipeline _sending;
    private readonly FrameConsumer _consumer;

    /// <param name="transport">This party's alone; the bus disposes of it.</param>
    public PartyBus(PartyId self, ITransport transport, BusLimits limits, FrameHandler handler, BusSurroundings surroundings)
    {
        limits.Validate();
        Self = self;
        _transport = transport;
        _limits = limits;
        _time = surroundings.Time;
        _faults = surroundings.Faults;
        _logger = surroundings.Loggers.CreateLogger<PartyBus>();
        _window = new SemaphoreSlim(limits.PublishWindow);
        _sending = Pipelines.Send(surroundings.Time, static exception => exception is BusException, LogSendRetry);
        _consumer = new FrameConsumer(self, transport, limits, handler, surroundings);
    }

    public PartyId Self { get; }

    public BusState State => _transport.State;

    /// <summary>Connects, waiting for the broker if need be, and begins to receive.</summary>
    /// <exception cref="BusException">The broker rejects this party, or its definitions lack it.</exception>
    public Task StartAsync(CancellationToken cancellationToken) =>
        _transport.StartAsync(_consumer.ReceiveAsync, cancellationToken);

    /// <summary>
    /// How many read this party's queue, asked of the broker before <see cref="StartAsync"/>: each reader of one queue gets a
    /// part of what comes.
    /// </summary>
    /// <exception cref="BusException">The broker rejects this party, or its definitions lack it.</exception>
    public Task<int> CountReadersAsync(CancellationToken cancellationToken) => _transport.CountReadersAsync(cancellationToken);

    /// <summary>
    /// Sends and waits for the broker's confirmation, through its restarts, until <paramref name="cancellationToken"/> gives up.
    /// The frame may arrive more than once. The bytes must not change any more: within one process the recipient gets this very
    /// memory.
    /// </summary>
    /// <exception cref="BusException">This party may not send to <paramref name="to"/>, or there is no such party.</exception>
    /// <exception cref="ArgumentException">The body exceeds <see cref="BusLimits.FrameBytes"/>.</exception>
    public async Task SendAsync(PartyId to, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (body.Length > _limits.FrameBytes)
        {
            throw new ArgumentException(
                $"The frame has {body.Length} bytes; at most {_limits.FrameBytes} are sent.", nameof(body));
        }

        await _sending.ExecuteAsync(
            static async (state, cancellation) => await state.Bus.SendOnceAsync(state.To, state.Body, null, cancellation),
            (Bus: this, To: to, Body: body), cancellationToken);
    }

    /// <summary>Ends receiving; sending goes on until disposal.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _consumer.Stop();
        await _transport.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _consumer.Stop();
        await _transport.DisposeAsync();
        _consumer.Dispose();
        _window.Dispose();
    }

    /// <summary>One try of <see cref="SendAsync"/>, for whom has a way of his own to try again.</summary>
    /// <param name="trace">The trace that the frame belongs to, a traceparent; null for the one that the caller is in.</param>
    internal async Task SendOnceAsync(PartyId to, ReadOnlyMemory<byte> body, string? trace, CancellationToken cancellationToken)
    {
        _ = ActivityContext.TryParse(trace, null, isRemote: true, out ActivityContext parent);
        using Activity? activity = Instruments.Activities.StartActivity("dispatch", ActivityKind.Producer, parent);
        activity?.SetTag("consortium.recipient", to.Name);
        string? written = activity?.Id ?? trace ?? Activity.Current?.Id;
        await _window.WaitAsync(cancellationToken);
        try
        {
            using Instruments.Work sending = Instruments.Measure("send");
            _faults("bus:sending");
            await SendWithinLimitAsync(to, body, new FrameHeaders(Self.Name, written), cancellationToken);
            _faults("bus:confirmed");
        }
        finally
        {
            _window.Release();
        }

        Instruments.FramesSent.Add(1);
        Instruments.BytesSent.Add(body.Length);
    }

    /// <summary>
    /// A send that outlasts the limit is cancelled before the next one begins: what waits for a broker that blocks publishers
    /// never exceeds the window.
    /// </summary>
    private async Task SendWithinLimitAsync(
        PartyId to, ReadOnlyMemory<byte> body, FrameHeaders headers, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ConfirmationLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _transport.SendAsync(to, body, headers, either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"The broker did not confirm a frame to '{to}' within {ConfirmationLimit.TotalSeconds:N0} s: "
                    + $"{State.Description}.",
                exception);
        }
    }

    private void LogSendRetry(Exception exception, TimeSpan delay)
    {
        Instruments.SendRetries.Add(1);
        LogSendFailed(_logger, Self, delay, exception);
    }
}
