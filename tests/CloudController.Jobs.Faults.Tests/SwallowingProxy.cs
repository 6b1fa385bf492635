using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CloudController.Jobs.Faults.Tests;

/// <summary>Stands between two, as a node and its database, and can swallow all that is sent, as a network does that has lost a connection and tells neither
/// side.</summary>
internal sealed class SwallowingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<int> target;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentBag<Task> carrying = [];
    private readonly Task accepting;
    private volatile bool swallows;

    /// <param name="target">The port to which the next connection leads.</param>
    public SwallowingProxy(Func<int> target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>From now on nothing arrives, in either direction, on connections old and new.</summary>
    public void Swallow() => swallows = true;

    /// <summary>New connections work again. What was swallowed stays so, and a connection that lost anything is of no use.</summary>
    public void Carry() => swallows = false;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        await Task.WhenAll(carrying);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                carrying.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, target(), stop.Token);
                using var one = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
                var lost = new Loss();
                Task[] both =
                [
                    CarryAsync(client.GetStream(), server.GetStream(), lost, one.Token),
                    CarryAsync(server.GetStream(), client.GetStream(), lost, one.Token),
                ];
                await Task.WhenAny(both);
                await one.CancelAsync();
                await Task.WhenAll(both);
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // One side is gone.
            }
        }
    }

    private async Task CarryAsync(NetworkStream from, NetworkStream to, Loss loss, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, cancellationToken)) > 0)
        {
            // The other direction may set it, too, and neither may take it back.
            if (swallows)
                loss.Any = true;
            if (!loss.Any)
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        // A network that swallows tells the other side of no end either.
        if (swallows)
            loss.Any = true;
        if (loss.Any)
            await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    /// <summary>Whether a connection has lost anything.</summary>
    private sealed class Loss
    {
        public volatile bool Any;
    }
}
