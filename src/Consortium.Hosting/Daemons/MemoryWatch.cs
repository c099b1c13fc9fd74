using System.Runtime.ExceptionServices;

namespace Consortium.Hosting.Daemons;

/// <summary>
/// Notices when an allocation fails anywhere in the process: in a library's own loop, say, which would drop its connection and try again for
/// ever. A daemon ends then, as if it were killed, and goes on from its disk with more memory.
/// </summary>
internal sealed class MemoryWatch : IDisposable
{
    private readonly TaskCompletionSource _exhausted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MemoryWatch() => AppDomain.CurrentDomain.FirstChanceException += Note;

    /// <summary>Ends once memory ran out.</summary>
    public Task Exhausted => _exhausted.Task;

    /// <summary>For people; made while there is room for it.</summary>
    public string Explanation { get; } =
        $"out of memory, of which this process may take {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MiB. What it acknowledged is on disk, nothing is lost. "
        + "Give it more (the machine's or the container's limit, or DOTNET_GCHeapHardLimit where that is set), and start it again.";

    public void Dispose() => AppDomain.CurrentDomain.FirstChanceException -= Note;

    /// <summary>Not what libraries throw of their own accord, for too large a request, as a subtype.</summary>
    private void Note(object? sender, FirstChanceExceptionEventArgs thrown)
    {
        if (thrown.Exception.GetType() == typeof(OutOfMemoryException))
        {
            _exhausted.TrySetResult();
        }
    }
}
