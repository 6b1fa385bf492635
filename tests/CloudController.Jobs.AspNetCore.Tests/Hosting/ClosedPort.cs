using System.Net;
using System.Net.Sockets;

namespace CloudController.Jobs.AspNetCore.Tests.Hosting;

/// <summary>A loopback port where nobody listens, and that nobody else is given meanwhile.</summary>
internal sealed class ClosedPort : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ClosedPort() => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public Uri Address => new($"http://{socket.LocalEndPoint}/");

    public void Dispose() => socket.Dispose();
}
