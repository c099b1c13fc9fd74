using System.Diagnostics;
using System.Security.Cryptography;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Faults;
using Consortium.Hosting.InMemory;
using Consortium.Hosting.RabbitMq;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Consortium.Benchmarks.Hosting;

/// <summary>
/// What the bus moves, beside RabbitMQ's own client on the same broker, queues and body size in the same run: both with durable
/// queues, persistent and mandatory messages, publisher confirms tracked one by one, equal windows and prefetch, and an
/// acknowledgement per message.
/// </summary>
internal static class BusFigures
{
    private const int BodyBytes = 512 << 10;
    private const int Bodies = 800;
    private const int Repeats = 5;
    private const int SmallBytes = 256;
    private const int SmallMessages = 500;

    private static readonly PartyId Bank = new("bank"), Hub = new("hub"), RawBank = new("raw-bank"), RawHub = new("raw-hub");
    private static readonly BusLimits Limits = new();
    private static readonly BusSurroundings Surroundings = new(NullLoggerFactory.Instance, TimeProvider.System, FaultPoints.None);

    public static void Measure(FigureReport report, FigureOptions options) => MeasureAsync(report).GetAwaiter().GetResult();

    private static async Task MeasureAsync(FigureReport report)
    {
        var routes = new Dictionary<PartyId, IReadOnlyCollection<PartyId>>
        {
            [Bank] = [Hub],
            [Hub] = [],
            [RawBank] = [RawHub],
            [RawHub] = [],
        };
        var topology = new BusTopology(routes);
        byte[] body = RandomNumberGenerator.GetBytes(BodyBytes);
        byte[] small = RandomNumberGenerator.GetBytes(SmallBytes);

        double bus, raw, smallMilliseconds;
        await using (RabbitMqBroker broker = await RabbitMqBroker.StartAsync(topology))
        await using (var overBus = await BusStream.OpenAsync(
            handler => RabbitMqTransport.Join(broker.AddressOf(Bank), Limits, handler, Surroundings),
            handler => RabbitMqTransport.Join(broker.AddressOf(Hub), Limits, handler, Surroundings)))
        await using (var overClient = await RawStream.OpenAsync(broker))
        {
            (bus, raw) = await AlternateAsync(() => overBus.MoveAsync(body, Bodies), () => overClient.MoveAsync(body, Bodies));
            smallMilliseconds = await OneWayAsync(overBus, small);
        }

        double inMemory;
        var network = new InMemoryNetwork(topology, Limits);
        await using (var stream = await BusStream.OpenAsync(
            handler => network.Join(Bank, handler, Surroundings), handler => network.Join(Hub, handler, Surroundings)))
        {
            (inMemory, _) = await AlternateAsync(() => stream.MoveAsync(body, Bodies), () => Task.FromResult(0.0));
        }

        report.Add("bus_mb_per_s", bus, "ciphertext through MassTransit and RabbitMQ");
        report.Add("raw_client_mb_per_s", raw, "the same through RabbitMQ.Client alone");
        report.Add("bus_ratio", bus / raw, ">= 0.7");
        report.Add("in_memory_mb_per_s", inMemory);
        report.Add("small_message_ms", smallMilliseconds, "256 bytes, one way, over RabbitMQ");
    }

    /// <summary>Medians of megabytes a second, the two taking turns so that both see the same machine.</summary>
    private static async Task<(double First, double Second)> AlternateAsync(Func<Task<double>> first, Func<Task<double>> second)
    {
        await first();
        await second();
        double[] firsts = new double[Repeats], seconds = new double[Repeats];
        for (int i = 0; i < Repeats; i++)
        {
            firsts[i] = await first();
            seconds[i] = await second();
        }

        Array.Sort(firsts);
        Array.Sort(seconds);
        return (firsts[Repeats / 2], seconds[Repeats / 2]);
    }

    /// <summary>Median milliseconds from the call of send to the handler, one message at a time.</summary>
    private static async Task<double> OneWayAsync(BusStream stream, byte[] body)
    {
        double[] milliseconds = new double[SmallMessages];
        for (int i = -50; i < SmallMessages; i++)
        {
            double took = await stream.OneWayAsync(body);
            if (i >= 0)
            {
                milliseconds[i] = took;
            }
        }

        Array.Sort(milliseconds);
        return milliseconds[SmallMessages / 2];
    }

    private static double MegabytesPerSecond(long start, int bodies, int bytes) =>
        bodies * (double)bytes / 1e6 / Stopwatch.GetElapsedTime(start).TotalSeconds;

    /// <summary>Two parties on the bus, one of which counts what arrives.</summary>
    private sealed class BusStream : IAsyncDisposable
    {
        private PartyBus _from = null!, _to = null!;
        private TaskCompletionSource<long> _done = new();
        private int _left;

        public static async Task<BusStream> OpenAsync(Func<FrameHandler, PartyBus> from, Func<FrameHandler, PartyBus> to)
        {
            var stream = new BusStream();
            stream._to = to(stream.Count);
            stream._from = from((_, _) => Task.FromResult(Delivery.Accepted));
            await stream._to.StartAsync(CancellationToken.None);
            await stream._from.StartAsync(CancellationToken.None);
            return stream;
        }

        /// <summary>Megabytes a second from the first send to the last handler.</summary>
        public async Task<double> MoveAsync(byte[] body, int count)
        {
            Expect(count);
            long start = Stopwatch.GetTimestamp();
            await InWindow(count, () => _from.SendAsync(Hub, body, CancellationToken.None));
            await _done.Task;
            return MegabytesPerSecond(start, count, body.Length);
        }

        public async Task<double> OneWayAsync(byte[] body)
        {
            Expect(1);
            long start = Stopwatch.GetTimestamp();
            await _from.SendAsync(Hub, body, CancellationToken.None);
            return Stopwatch.GetElapsedTime(start, await _done.Task).TotalMilliseconds;
        }

        public async ValueTask DisposeAsync()
        {
            await _from.DisposeAsync();
            await _to.DisposeAsync();
        }

        private void Expect(int count)
        {
            _done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _left, count);
        }

        private Task<Delivery> Count(Frame frame, CancellationToken cancellationToken)
        {
            if (Interlocked.Decrement(ref _left) == 0)
            {
                _done.SetResult(Stopwatch.GetTimestamp());
            }

            return Task.FromResult(Delivery.Accepted);
        }
    }

    /// <summary>The same with RabbitMQ.Client and no more.</summary>
    private sealed class RawStream : IAsyncDisposable
    {
        private static readonly BasicProperties Properties = new() { Persistent = true };

        private readonly List<IAsyncDisposable> _open = [];
        private IChannel _publishing = null!;
        private TaskCompletionSource _done = new();
        private int _left;

        public static async Task<RawStream> OpenAsync(RabbitMqBroker broker)
        {
            var stream = new RawStream();
            IConnection from = await BrokerConnection.OpenAsync(broker.AddressOf(RawBank), "raw", CancellationToken.None);
            IConnection to = await BrokerConnection.OpenAsync(broker.AddressOf(RawHub), "raw", CancellationToken.None);
            stream._publishing = await from.CreateChannelAsync(new CreateChannelOptions(true, true, null));
            IChannel consuming = await to.CreateChannelAsync(
                new CreateChannelOptions(false, false, null, (ushort)Limits.Concurrency));
            stream._open.AddRange([stream._publishing, consuming, from, to]);
            await consuming.BasicQosAsync(0, Limits.Prefetch, false);
            var consumer = new AsyncEventingBasicConsumer(consuming);
            consumer.ReceivedAsync += async (_, message) =>
            {
                await consuming.BasicAckAsync(message.DeliveryTag, false);
                if (Interlocked.Decrement(ref stream._left) == 0)
                {
                    stream._done.SetResult();
                }
            };
            await consuming.BasicConsumeAsync(BusNames.Queue(RawHub), autoAck: false, consumer);
            return stream;
        }

        public async Task<double> MoveAsync(byte[] body, int count)
        {
            _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _left, count);
            long start = Stopwatch.GetTimestamp();
            await InWindow(
                count,
                () => _publishing.BasicPublishAsync(
                    BusNames.Exchange(RawBank), BusNames.Queue(RawHub), true, Properties, body).AsTask());
            await _done.Task;
            return MegabytesPerSecond(start, count, body.Length);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (IAsyncDisposable item in _open)
            {
                await item.DisposeAsync();
            }
        }
    }

    /// <summary>Keeps <see cref="BusLimits.PublishWindow"/> calls under way until <paramref name="count"/> were made.</summary>
    private static async Task InWindow(int count, Func<Task> send)
    {
        int next = 0;
        await Task.WhenAll(Enumerable.Range(0, Limits.PublishWindow).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) <= count)
            {
                await send();
            }
        })));
    }
}
