using System.Net;
using System.Net.Sockets;

namespace Consortium.Testing;

/// <summary>
/// Many connections that each send a byte now and then, of something that begins well, and nothing more when it is all sent.
/// </summary>
public sealed class SlowDrip : IAsyncDisposable
{
    private static readonly TimeSpan BetweenBytes = TimeSpan.FromMilliseconds(400);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TcpClient[] _clients;
    private readonly Task _dripping;
    private readonly Task[] _watching;
    private int _open;

    private SlowDrip(TcpClient[] clients, byte[] beginning)
    {
        _clients = clients;
        _open = clients.Length;
        _watching = [.. clients.Select(WatchAsync)];
        _dripping = DripAsync(beginning);
    }

    /// <summary>Connections that the other side has not closed.</summary>
    public int Open => Volatile.Read(ref _open);

    public static async Task<SlowDrip> StartAsync(
        int port, int connections, byte[] beginning, CancellationToken cancellationToken)
    {
        TcpClient[] clients = [.. Enumerable.Range(0, connections).Select(_ => new TcpClient())];
        foreach (TcpClient client in clients)
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        }

        return new SlowDrip(clients, beginning);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _dripping;
        await Task.WhenAll(_watching);
        Array.ForEach(_clients, client => client.Dispose());
        _stopping.Dispose();
    }

    private async Task DripAsync(byte[] beginning)
    {
        using var timer = new PeriodicTimer(BetweenBytes);
        try
        {
            foreach (byte one in beginning)
            {
                foreach (TcpClient client in _clients)
                {
                    try
                    {
                        await client.GetStream().WriteAsync(new[] { one }, _stopping.Token);
                    }
                    catch (Exception exception) when (exception is IOException or InvalidOperationException)
                    {
                        // the other side has closed it
                    }
                }

                await timer.WaitForNextTickAsync(_stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task WatchAsync(TcpClient client)
    {
        byte[] answer = new byte[1024];
        try
        {
            while (await client.GetStream().ReadAsync(answer, _stopping.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Interlocked.Decrement(ref _open);
    }
}
