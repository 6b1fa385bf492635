using System.Net;
using System.Net.Sockets;

namespace CloudController.Jobs.PostgreSql.Tests;

/// <summary>Loopback ports.</summary>
internal static class Ports
{
    /// <summary>A free one that can be listened on again and again: the system gives none from this range to whoever asks for any.</summary>
    public static int Find()
    {
        while (true)
        {
            var port = Random.Shared.Next(15_000, 30_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // In use: another.
            }
        }
    }

    /// <summary>One where nobody listens, and that nobody else is given until it is disposed.</summary>
    public static Socket Close()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
