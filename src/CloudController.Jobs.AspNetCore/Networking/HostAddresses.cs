using System.Net;

namespace CloudController.Jobs.AspNetCore.Networking;

/// <summary>Asks for the addresses of a host name that a stranger chose.</summary>
internal static class HostAddresses
{
    /// <summary>All addresses of a host name. The system's resolver blocks its thread for as long as a name server likes: it has one of its own, so that
    /// slow ones do not use up those that answer requests.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">It has none.</exception>
    public static Task<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken) => Task.Factory
        .StartNew(static name => Dns.GetHostAddresses((string)name!), host, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)
        .WaitAsync(cancellationToken);
}
