using Consortium.Cli.CommandLine;
using Consortium.Cryptography;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.Cli.Sessions;

/// <summary>The operator at work: its place on the bus and its journal, into which all that it says and hears goes first.</summary>
internal sealed class OperatorClient : IAsyncDisposable
{
    /// <summary>How long the broker may take to let us in.</summary>
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    /// <summary>A queue that gave nothing for so long is empty.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400);

    private readonly OperatorConnection _connection;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _news = new(0, 1);
    private QueueReading? _reading;

    private OperatorClient(DaemonOptions options, OperatorJournal journal, TimeProvider time, ILoggerFactory loggers)
    {
        Configuration = options.Configuration;
        Journal = journal;
        _time = time;
        _connection = new OperatorConnection(Configuration, options.Identity, options.JoinBus, new BusSurroundings(loggers, time, FaultPoints.None), ReceiveAsync);
    }

    public ConsortiumConfiguration Configuration { get; }

    public OperatorJournal Journal { get; }

    /// <summary>Takes the operator's place on the bus; what waits there comes into the journal from then on.</summary>
    /// <param name="data">Where the operator's journal is.</param>
    /// <param name="broker">Where the broker is, for people.</param>
    /// <exception cref="CommandException">Nobody answers there, or another folder's commands read the queue.</exception>
    /// <exception cref="BusException">The broker rejects the operator.</exception>
    public static async Task<OperatorClient> ConnectAsync(
        DaemonOptions options, string data, string broker, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var desk = new OperatorClient(options, OperatorJournal.Open(data, options.Configuration.Limits, time), time, loggers);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectLimit);
        try
        {
            desk._reading = await QueueReading.BeginAsync(data, desk._connection.CountReadersAsync, time, limit.Token);
            await desk._connection.StartAsync(limit.Token);
            return desk;
        }
        catch (Exception exception)
        {
            await desk.DisposeAsync();
            if (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new CommandException(
                    ExitCode.NotReached,
                    $"No broker answers at {broker} within {ConnectLimit.TotalSeconds:0} seconds. Start it, or say with --broker where it is.", exception);
            }

            throw;
        }
    }

    /// <summary>Signs a plan, has the aggregator start it, and gives the session it is.</summary>
    /// <exception cref="MalformedDataException">The plan is beyond the consortium's limits; nothing was sent.</exception>
    public async Task<SessionId> StartAsync(SessionPlan plan, CancellationToken cancellationToken)
    {
        Signed<SessionPlan> signed = _connection.Sign(plan);
        _ = MessageCodec.Decode(MessageCodec.Encode(signed), Configuration.Limits); // or its recipients would not read it either
        await SayAsync(signed, cancellationToken);
        return new SessionId(signed.Digest);
    }

    /// <summary>Sends a plan again, for parties that lost or rejected it. Whoever has it takes no notice.</summary>
    public Task SendAgainAsync(Signed<SessionPlan> plan, CancellationToken cancellationToken) => SayAsync(plan, cancellationToken);

    public Task ControlAsync(SessionControl control, CancellationToken cancellationToken) => SayAsync(_connection.Sign(control), cancellationToken);

    /// <summary>Takes in all that waits in the operator's queue.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (await _news.WaitAsync(Quiet, cancellationToken))
        {
        }
    }

    /// <summary>
    /// Reads what is new into a log until <paramref name="isEnough"/> says so, or the time is up. What another command on this folder hears counts as well.
    /// </summary>
    /// <returns>Whether it was enough.</returns>
    public async Task<bool> FollowAsync(SessionLog log, Func<SessionLog, bool> isEnough, TimeSpan limit, CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        while (true)
        {
            await Journal.ReadAsync(log, cancellationToken);
            if (isEnough(log))
            {
                return true;
            }

            if (limit != Timeout.InfiniteTimeSpan && _time.GetElapsedTime(began) > limit)
            {
                return false;
            }

            await _news.WaitAsync(Quiet, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _reading?.Dispose();
        Journal.Dispose();
        _news.Dispose();
    }

    private async Task SayAsync(Message message, CancellationToken cancellationToken)
    {
        await Journal.AddAsync(message, cancellationToken);
        await _connection.SendAsync(message, cancellationToken);
    }

    private async Task ReceiveAsync(Message message, CancellationToken cancellationToken)
    {
        await Journal.AddAsync(message, cancellationToken);
        try
        {
            _news.Release();
        }
        catch (SemaphoreFullException)
        {
            // nobody has looked since the last
        }
    }
}
