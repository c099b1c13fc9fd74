using System.Net;
using System.Net.Sockets;

namespace Consortium.Testing;

/// <summary>
/// Ports that nothing listens on, from below the range that Linux takes for outgoing connections: what is started on one later,
/// or again, does not find it taken by a connection meanwhile.
/// </summary>
public static class FreePorts
{
    private const int First = 12_000;
    private const int Count = 20_000;

    private static int _next = Environment.ProcessId * 64;

    public static int Take() => Take(1);

    /// <summary>The first of <paramref name="count"/> neighbouring ports.</summary>
    public static int Take(int count)
    {
        while (true)
        {
            int end = Interlocked.Add(ref _next, count) & int.MaxValue;
            int first = First + (int)((uint)(end - count) % Count);
            if (Enumerable.Range(first, count).All(IsFree))
            {
                return first;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
