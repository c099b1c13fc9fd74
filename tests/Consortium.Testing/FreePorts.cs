using System.Net;
using System.Net.Sockets;

namespace Consortium.Testing;

/// <summary>
/// Ports that nothing listens on, from below the range that Linux takes for outgoing connections: what is started on one later, or again,
/// does not find it taken by a connection meanwhile.
/// </summary>
public static class FreePorts
{
    private const int First = 12_000;
    private const int Count = 20_000;

    private static int _next = Environment.ProcessId * 64;

    public static int Take()
    {
        while (true)
        {
            int port = First + ((Interlocked.Increment(ref _next) & int.MaxValue) % Count);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // the next one
            }
        }
    }
}
