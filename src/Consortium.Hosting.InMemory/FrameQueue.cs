using System.Collections.Concurrent;
using Consortium.Hosting.Bus;

namespace Consortium.Hosting.InMemory;

/// <summary>
/// Frames that wait for one party: so many at most, then their senders wait. A frame leaves room for another when it is done
/// with.
/// </summary>
internal sealed class FrameQueue
{
    private const int Longest = 256;

    private readonly ConcurrentQueue<ReceivedFrame> _frames = new();
    private readonly SemaphoreSlim _room = new(Longest);
    private readonly SemaphoreSlim _waiting = new(0);

    public async Task AddAsync(ReceivedFrame frame, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        Return(frame);
    }

    /// <summary>The next frame. Whoever takes it says what became of it: <see cref="Done"/> or <see cref="Return"/>.</summary>
    public async Task<ReceivedFrame> TakeAsync(CancellationToken cancellationToken)
    {
        await _waiting.WaitAsync(cancellationToken);
        return _frames.TryDequeue(out ReceivedFrame frame)
            ? frame
            : throw new InvalidOperationException("A frame was counted that is not there.");
    }

    public void Done() => _room.Release();

    /// <summary>Has a frame come again.</summary>
    public void Return(ReceivedFrame frame)
    {
        _frames.Enqueue(frame);
        _waiting.Release();
    }
}
