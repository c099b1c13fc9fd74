
namespace Consortium.Operator.Client;

/// <summary>
/// Keeps two folders from reading the operator's one queue, of which each would get a part. Programs on one folder may read at
/// once, because
/// they write into one journal: each holds a shared lock on a file there. A program that finds itself alone asks the broker
/// whether another
/// folder's programs are reading.
/// </summary>
public sealed class QueueReading : IDisposable
{
    /// <summary>The broker may take a moment to notice that a reader left.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _shared;

    private QueueReading(FileStream shared) => _shared = shared;

    /// <param name="countReaders">Asks the broker.</param>
    /// <exception cref="QueueTakenException">Programs on another folder are reading.</exception>
    public static async Task<QueueReading> BeginAsync(
        string folder, Func<CancellationToken, Task<int>> countReaders, TimeProvider time, CancellationToken cancellationToken)
    {
        string file = Path.Combine(folder, "reading");
        using (FileStream? alone = TryOpen(file, FileAccess.ReadWrite, FileShare.None))
        {
            long began = time.GetTimestamp();
            while (alone is not null && await countReaders(cancellationToken) is > 0 and var readers)
            {
                if (time.GetElapsedTime(began) > Patience)
                {
                    throw new QueueTakenException(folder, readers);
                }

                await Task.Delay(BetweenLooks, time, cancellationToken);
            }
        }

        while (true)
        {
            if (TryOpen(file, FileAccess.Read, FileShare.Read) is { } shared)
            {
                return new QueueReading(shared);
            }

            await Task.Delay(BetweenLooks, time, cancellationToken); // another program is asking the broker
        }
    }

    public void Dispose() => _shared.Dispose();

    private static FileStream? TryOpen(string file, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, access, share); // an exclusive or a shared flock on Unix
        }
        catch (IOException) when (File.Exists(file))
        {
            return null;
        }
    }
}
