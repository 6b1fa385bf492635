using System.Net;
using System.Net.Sockets;

namespace CloudController.Jobs.Benchmarks.Measuring;

/// <summary>Finds a port on the loopback address that nobody uses.</summary>
internal static class FreePort
{
    public static Uri Url()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
