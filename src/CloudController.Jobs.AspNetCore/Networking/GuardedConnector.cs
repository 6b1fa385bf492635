using System.Net;
using System.Net.Sockets;

namespace CloudController.Jobs.AspNetCore.Networking;

/// <summary>Opens connections for requests whose destination a stranger chose: every address of the host is checked, and the connection goes to a
/// checked one, so that a second answer of the name server changes nothing.</summary>
/// <param name="reach">To which addresses of a host it may go.</param>
/// <param name="resolve">All addresses of a host name.</param>
internal sealed class GuardedConnector(Func<string, HostReach> reach, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="DestinationRefusedException">The host, or one of its addresses, is not allowed.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var allowed = reach(host);
        if (allowed == HostReach.Nowhere)
            throw new DestinationRefusedException($"The host {host} is not allowed.");

        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancellationToken);
        if (allowed == HostReach.PublicAddresses && Array.Find(addresses, address => !AddressGuard.IsPublic(address)) is { } refused)
            throw new DestinationRefusedException($"The host {host} has the address {refused}, which is not public.");

        return await OpenAsync(addresses, port, cancellationToken);
    }

    private static async Task<Stream> OpenAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
