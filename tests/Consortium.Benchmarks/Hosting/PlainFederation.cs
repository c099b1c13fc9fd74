using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Sqlite;
using Consortium.Hosting.Storage;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Benchmarks.Hosting;

/// <summary>
/// What encryption is held against: banks send float32 values in the clear over the same bus, a hub stores every frame before it
/// acknowledges it, adds them up in memory, stores the sum and sends it back to every bank. No signatures, no manifests, no key
/// holders, no database.
/// </summary>
internal sealed class PlainFederation : IAsyncDisposable
{
    /// <summary>Values in a frame of just under 1 MiB.</summary>
    private const int FrameValues = 250_000;

    private const int HeaderLength = 8;

    private static readonly PartyId Hub = new("plain-hub");

    private readonly int _values;
    private readonly BlobStore _blobs;
    private readonly string _folder = Directory.CreateTempSubdirectory("consortium-plain-").FullName;
    private readonly Lock _lock = new();
    private readonly float[] _sum;
    private readonly List<PartyBus> _buses = [];
    private readonly float[][] _vectors;
    private readonly int[] _received;
    private int _round;
    private int _added;
    private int _done;
    private TaskCompletionSource _over = new();

    private PlainFederation(int banks, int values)
    {
        _values = values;
        _sum = new float[values];
        _received = new int[banks];
        _blobs = FileBlobStore.Open(_folder, long.MaxValue, FaultPoints.None);
        _vectors =
            [.. Enumerable.Range(0, banks).Select(
                bank => Enumerable.Range(0, values).Select(i => (float)(((i * 31) + bank) % 65_536)).ToArray())];
    }

    private int Frames => (_values + FrameValues - 1) / FrameValues;

    public static BusTopology Topology(int banks) => BusTopology.Star(Hub, Enumerable.Range(0, banks).Select(BankAt));

    public static async Task<PlainFederation> StartAsync(int banks, int values, Func<PartyId, FrameHandler, PartyBus> join)
    {
        var federation = new PlainFederation(banks, values);
        federation._buses.Add(join(Hub, federation.AddAsync));
        for (int bank = 0; bank < banks; bank++)
        {
            int index = bank;
            federation._buses.Add(
                join(BankAt(bank), (frame, cancellation) => federation.ReceiveAsync(index, frame, cancellation)));
        }

        foreach (PartyBus bus in federation._buses)
        {
            await bus.StartAsync(CancellationToken.None);
        }

        return federation;
    }

    /// <summary>Seconds from the hub's asking to the last bank's having the sum.</summary>
    public async Task<double> RunAsync()
    {
        _over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (_added, _done) = (0, 0);
        _round++; // into every frame: what was stored before would not be stored again
        Array.Clear(_received);
        Array.Clear(_sum);
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            Enumerable.Range(0, _received.Length).Select(
                bank => _buses[0].SendAsync(BankAt(bank), "send"u8.ToArray(), CancellationToken.None)));
        await _over.Task;
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (PartyBus bus in _buses)
        {
            await bus.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static void Add(Span<float> target, ReadOnlySpan<float> values)
    {
        int i = 0;
        for (; i <= target.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(target[i..]) + new Vector<float>(values[i..])).CopyTo(target[i..]);
        }

        for (; i < target.Length; i++)
        {
            target[i] += values[i];
        }
    }

    private static PartyId BankAt(int index) => new($"plain-{index}");

    /// <summary>At the hub: a frame of a bank's values.</summary>
    private async Task<Delivery> AddAsync(Frame frame, CancellationToken cancellationToken)
    {
        await _blobs.PutAsync(frame.Body, cancellationToken);
        bool isLast;
        lock (_lock)
        {
            int first = BinaryPrimitives.ReadInt32LittleEndian(frame.Body.Span);
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(frame.Body.Span[HeaderLength..]);
            Add(_sum.AsSpan(first, values.Length), values);
            isLast = ++_added == Frames * _received.Length;
        }

        if (isLast)
        {
            byte[][] frames = [.. FramesOf(_sum)];
            foreach (byte[] sum in frames)
            {
                await _blobs.PutAsync(sum, cancellationToken);
            }

            await Task.WhenAll(
                from bank in Enumerable.Range(0, _received.Length)
                from sum in frames
                select _buses[0].SendAsync(BankAt(bank), sum, cancellationToken));
        }

        return Delivery.Accepted;
    }

    /// <summary>At a bank: the hub's question, or a frame of the sum.</summary>
    private async Task<Delivery> ReceiveAsync(int bank, Frame frame, CancellationToken cancellationToken)
    {
        if (frame.Body.Length < HeaderLength)
        {
            await Task.WhenAll(
                FramesOf(_vectors[bank]).Select(values => _buses[1 + bank].SendAsync(Hub, values, cancellationToken)));
        }
        else if (Interlocked.Increment(ref _received[bank]) == Frames && Interlocked.Increment(ref _done) == _received.Length)
        {
            _over.SetResult();
        }

        return Delivery.Accepted;
    }

    private IEnumerable<byte[]> FramesOf(float[] values)
    {
        for (int first = 0; first < values.Length; first += FrameValues)
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values.AsSpan(first, Math.Min(FrameValues, values.Length - first)));
            byte[] frame = new byte[HeaderLength + bytes.Length];
            BinaryPrimitives.WriteInt32LittleEndian(frame, first);
            BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), _round);
            bytes.CopyTo(frame.AsSpan(HeaderLength));
            yield return frame;
        }
    }
}
