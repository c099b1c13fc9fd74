using System.Diagnostics.Metrics;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Resilience;
using Consortium.Hosting.Telemetry;
using Consortium.Protocol.Configuration;
using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Logging;
using Polly;

namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// The bus over RabbitMQ: a <see cref="BrokerLink"/> of two connections, and a third connection of <see cref="BrokerWatch"/>,
/// which notices what MassTransit does not tell. The link is made again when the credentials' files are renewed, and when the
/// broker lost the consumer and nobody noticed. The broker's definitions hold the party's queue and exchange: nothing is declared
/// that others could see.
/// </summary>
public sealed partial class RabbitMqTransport : ITransport
{
    /// <summary>
    /// Under this name MassTransit keeps the exchange of a message that is sent later, and takes it back from there.
    /// </summary>
    private const string ExchangeProperty = "RMQ-Exchange";

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long another reader of the queue may stay: a broker notices only after two heartbeats that a machine is gone.
    /// </summary>
    private static readonly TimeSpan PredecessorLimit = TimeSpan.FromSeconds(40);

    /// <summary>How long MassTransit may take to notice by itself that its consumer is gone.</summary>
    private static readonly TimeSpan LostConsumerLimit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LinkLimit = TimeSpan.FromSeconds(60);

    private readonly BrokerCredentials _credentials;
    private readonly BrokerWatch _watch;
    private readonly BusLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ILoggerFactory _loggers;
    private readonly ResiliencePipeline _connecting;
    private readonly Dictionary<string, object> _exchange;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Meter _meter = new(Instruments.Name);
    private FrameMessageConsumer? _consumer;
    private Task _renewing = Task.CompletedTask;
    private volatile BrokerLink? _link;
    private volatile string _progress = "not started";
    private volatile string? _rejected;

    internal RabbitMqTransport(BrokerCredentials credentials, BusLimits limits, BusSurroundings surroundings)
    {
        _credentials = credentials;
        _limits = limits;
        _time = surroundings.Time;
        _loggers = surroundings.Loggers;
        _logger = _loggers.CreateLogger<RabbitMqTransport>();
        _connecting = Pipelines.Connect(
            surroundings.Time, static exception => exception is BusException,
            (exception, delay) => LogNotConnected(_logger, _credentials.Current, delay, exception));
        _watch = new BrokerWatch(credentials, surroundings);
        _exchange = new Dictionary<string, object> { [ExchangeProperty] = BusNames.Exchange(credentials.User) };
        _meter.CreateObservableGauge(
            "consortium.bus.credentials.expiry",
            () => credentials.Current.Tls?.Expiry is { } expiry
                ? (IEnumerable<Measurement<double>>)[new((expiry - _time.GetUtcNow()).TotalSeconds)]
                : [],
            "s",
            "Until the first of the client's and root certificates in use ends.");
    }

    public BusState State =>
        _link is not { } link ? new BusState(false, _progress)
        : link.Problem is { } problem ? new BusState(false, _rejected is { } rejected ? $"{problem}; {rejected}" : problem)
        : _watch.Problem is { } noticed ? new BusState(false, noticed)
        : new BusState(true, _rejected is { } waiting ? $"connected; {waiting}" : "connected");

    /// <summary>A party's place on the bus of a broker, with credentials that never change.</summary>
    public static PartyBus Join(BrokerAddress broker, BusLimits limits, FrameHandler handler, BusSurroundings surroundings) =>
        Join(BrokerCredentials.Fixed(broker), limits, handler, surroundings);

    /// <summary>A party's place on the bus of a broker.</summary>
    public static PartyBus Join(
        BrokerCredentials credentials, BusLimits limits, FrameHandler handler, BusSurroundings surroundings) =>
        new(credentials.User, new RabbitMqTransport(credentials, limits, surroundings), limits, handler, surroundings);

    /// <summary>Reads a daemon's settings of the broker: how a party takes its place on the bus there.</summary>
    public static Func<PartyId, FrameHandler, BusSurroundings, PartyBus> FromSettings(
        DaemonSettings settings, ConsortiumConfiguration consortium)
    {
        BrokerCredentials credentials = BrokerSettings.Read(settings, consortium, settings.Flag("Trial"));
        return (self, handler, surroundings) => Join(
            credentials.For(self),
            DaemonOptions.LimitsFor(consortium) with { SharesQueue = self == consortium.Operator.Id },
            handler,
            surroundings);
    }

    public async Task StartAsync(FrameReceiver receive, CancellationToken cancellationToken)
    {
        _consumer = new FrameMessageConsumer(receive);
        await WaitForPredecessorAsync(cancellationToken);
        _link = await BrokerLink.StartAsync(_credentials.Current, _limits, _loggers, _consumer, cancellationToken);
        _watch.Start();
        _renewing = Task.Run(RenewAsync, CancellationToken.None);
    }

    public async Task<int> CountReadersAsync(CancellationToken cancellationToken)
    {
        int readers = 0;
        await _connecting.ExecuteAsync(
            async cancellation => readers = (await BrokerProbe.RunAsync(_credentials.Current, cancellation)).Readers,
            cancellationToken);
        return readers;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _renewing;
        if (_link is { } link)
        {
            await link.StopReceivingAsync(cancellationToken);
        }
    }

    public Task SendAsync(PartyId to, ReadOnlyMemory<byte> body, FrameHeaders headers, CancellationToken cancellationToken) =>
        PublishAsync(
            BusNames.Queue(to),
            body,
            context =>
            {
                context.Headers.Set(HeaderNames.Sender, headers.Sender);
                if (headers.TraceParent is { } trace)
                {
                    context.Headers.Set(HeaderNames.TraceParent, trace);
                }
            },
            cancellationToken);

    public Task DeadLetterAsync(DeadLetter letter, CancellationToken cancellationToken) => PublishAsync(
        BusNames.DeadLetters(_credentials.User),
        letter.Body,
        context =>
        {
            context.Headers.Set(HeaderNames.DeadLetterReason, letter.Reason);
            context.Headers.Set(HeaderNames.DeadLetterSender, letter.Sender);
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _renewing;
        await _watch.DisposeAsync();
        if (_link is { } link)
        {
            await link.DisposeAsync();
        }

        _meter.Dispose();
        _stopping.Dispose();
    }

    /// <summary>
    /// While the broker blocks publishers, frames wait here and not in the client, whose buffers nobody bounds.
    /// </summary>
    private async Task PublishAsync(
        string queue, ReadOnlyMemory<byte> body, Action<SendContext> write, CancellationToken cancellationToken)
    {
        await _watch.WaitUntilUnblockedAsync(cancellationToken);
        BrokerLink link = _link ?? (_consumer is null
            ? throw new InvalidOperationException("The bus is not started.")
            : throw new IOException(_progress)); // sent again when the link stands
        try
        {
            await link.Endpoint.Send(
                new FrameMessage(body),
                Pipe.Execute<SendContext<FrameMessage>>(context =>
                {
                    ((RabbitMqMessageSendContext<FrameMessage>)context).ReadPropertiesFrom(_exchange);
                    context.SetRoutingKey(queue);
                    context.Durable = true;
                    context.GetPayload<RabbitMqSendContext>().Mandatory = true;
                    write(context);
                }),
                cancellationToken);
        }
        catch (MessageReturnedException exception)
        {
            throw new BusException(
                $"{_credentials.User} may not send to '{queue}', or the broker has no such queue: its definitions name no such "
                    + "route.",
                exception);
        }
    }

    /// <summary>Waits for the broker, and for an earlier process of this party to be gone.</summary>
    private async Task WaitForPredecessorAsync(CancellationToken cancellationToken)
    {
        _progress = "waiting for the broker";
        long began = _time.GetTimestamp();
        while (await CountReadersAsync(cancellationToken) > 0 && !_limits.SharesQueue)
        {
            string queue = BusNames.Queue(_credentials.User);
            string problem = $"another process is {_credentials.User} at {_credentials.Current} and reads the queue '{queue}'";
            if (_time.GetElapsedTime(began) >= PredecessorLimit)
            {
                throw new BusException(
                    $"{problem}. A party runs once: stop the other. At the broker, `rabbitmqctl list_connections user peer_host "
                        + "client_properties` names its machine and process.");
            }

            if (_progress != problem)
            {
                _progress = problem;
                LogTaken(_logger, problem);
            }

            await Task.Delay(BetweenLooks, _time, cancellationToken);
        }
    }

    private async Task RenewAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            await Task.Delay(BetweenLooks, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await LookAtCredentialsAsync(_stopping.Token);
                if (_link is not { } link)
                {
                    await ReplaceLinkAsync(_stopping.Token);
                }
                else if (_watch.ConsumerLostFor >= LostConsumerLimit && link.Problem is null)
                {
                    LogConsumerLost(_logger, _credentials.User);
                    await ReplaceLinkAsync(_stopping.Token);
                }
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Reject(exception.Message);
            }
        }
    }

    /// <summary>Takes up renewed credentials, once the broker takes them; until then the old ones stay in use.</summary>
    private async Task LookAtCredentialsAsync(CancellationToken cancellationToken)
    {
        if (!_credentials.TryReadRenewed(out (BrokerAddress Broker, byte[] Content) renewed))
        {
            return;
        }

        try
        {
            await BrokerProbe.RunAsync(renewed.Broker, cancellationToken);
        }
        catch (BusException exception)
        {
            throw new BusException($"the renewed credentials are not used yet: {exception.Message}", exception);
        }

        _credentials.Use(renewed);
        await ReplaceLinkAsync(cancellationToken);
        _rejected = null;
        LogRenewed(_logger, _credentials.Current);
    }

    /// <summary>
    /// The old link ends before the new one begins, since the queue has one reader. What was being sent is sent again.
    /// </summary>
    private async Task ReplaceLinkAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LinkLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        BrokerLink? old = _link;
        (_progress, _link) = ("the connections are made again", null);
        if (old is not null)
        {
            await old.DisposeAsync();
        }

        _link = await BrokerLink.StartAsync(_credentials.Current, _limits, _loggers, _consumer!, either.Token);
        _watch.ConnectAgain();
        Instruments.Reconnects.Add(1);
    }

    private void Reject(string problem)
    {
        if (_rejected != problem)
        {
            _rejected = problem;
            LogNotRenewed(_logger, _credentials.User, problem);
        }
    }
}
