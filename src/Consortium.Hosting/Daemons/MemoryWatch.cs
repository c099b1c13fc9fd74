using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Daemons;

/// <summary>
/// Ends the process when an allocation fails anywhere in it: in a library's own loop, say, which would drop its connection and
/// try again for ever. It ends as if it were killed, and goes on from its disk with more memory.
/// </summary>
/// <remarks>
/// Nothing here allocates once memory ran out. The last words are made beforehand and go to standard error at once, on the thread
/// whose allocation failed: a log that formats, queues and writes on another thread may find no room for them. Nor is anything
/// stopped in order, for that takes memory, too. Code that runs for the first time takes some as well, so all of it runs once at
/// the start.
/// </remarks>
internal sealed partial class MemoryWatch : IDisposable
{
    private const int StandardError = 2;
    private const int Failure = 1;

    private readonly byte[] _lastWords;
    private bool _isEnding;

    public MemoryWatch(PartyId party)
    {
        _lastWords = Encoding.UTF8.GetBytes(
            $"{party} ends: out of memory, of which this process may take {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} "
            + "MiB. What it acknowledged is on disk, nothing is lost. Give it more (the machine's or the container's limit, or "
            + "DOTNET_GCHeapHardLimit where "
            + "that is set), and start it again.\n");
        if (!OperatingSystem.IsWindows())
        {
            Marshal.PrelinkAll(typeof(MemoryWatch));
            _ = Write(StandardError, in _lastWords[0], 0);
        }

        RuntimeHelpers.PrepareMethod(((Action)End).Method.MethodHandle);
        Note(this, new FirstChanceExceptionEventArgs(new InvalidOperationException()));
        AppDomain.CurrentDomain.FirstChanceException += Note;
    }

    public void Dispose() => AppDomain.CurrentDomain.FirstChanceException -= Note;

    /// <summary>Not what libraries throw of their own accord, for too large a request, as a subtype.</summary>
    /// <param name="sender">Unused.</param>
    /// <param name="thrown">Null when the runtime found no room for these arguments.</param>
    private void Note(object? sender, FirstChanceExceptionEventArgs? thrown)
    {
        if (thrown is null || thrown.Exception.GetType() == typeof(OutOfMemoryException))
        {
            End();
        }
    }

    private void End()
    {
        // which other threads that find no memory wait for: what they would do next might end the process before this is said
        lock (_lastWords)
        {
            if (_isEnding)
            {
                return; // of what failed in here
            }

            _isEnding = true;
            if (OperatingSystem.IsWindows())
            {
                Environment.FailFast(Encoding.UTF8.GetString(_lastWords));
            }

            _ = Write(StandardError, in _lastWords[0], _lastWords.Length);
            Exit(Failure);
        }
    }

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, ref readonly byte bytes, nint count);

    /// <summary>Without handlers and finalizers, which might wait for a thread that waits above.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);
}
