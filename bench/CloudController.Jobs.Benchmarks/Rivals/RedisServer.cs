using System.Diagnostics;
using System.Net.Sockets;
using CloudController.Jobs.Benchmarks.Measuring;
using CloudController.Jobs.Benchmarks.Rivals.Protocol;

namespace CloudController.Jobs.Benchmarks.Rivals;

/// <summary>A Redis of its own, whose log reaches the disk at each command or each second. It ends with this process, however that ends.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    // It runs until the pipe is closed.
    private const string Serve = """
        redis-server --bind 127.0.0.1 --port "$1" --dir "$2" --appendonly yes --appendfsync "$3" --save '' >"$2/redis.log" 2>&1 &
        server=$!
        read -r _
        kill "$server"
        wait "$server"
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ScratchDirectory scratch;
    private readonly Process process;

    private RedisServer(ScratchDirectory scratch, int port, string fsync)
    {
        this.scratch = scratch;
        Server = new QueueServer("127.0.0.1", port);
        process = Process.Start(new ProcessStartInfo("sh", ["-c", Serve, "sh", $"{port}", scratch.Path, fsync]) { RedirectStandardInput = true })!;
    }

    public QueueServer Server { get; }

    public static string Version
    {
        get
        {
            using var process = Process.Start(new ProcessStartInfo("redis-server", "--version") { RedirectStandardOutput = true })!;
            var words = process.StandardOutput.ReadToEnd().Split(' ');
            return words.FirstOrDefault(word => word.StartsWith("v=", StringComparison.Ordinal))?[2..] ?? "";
        }
    }

    public static async Task<RedisServer> StartAsync(string parent, string fsync, CancellationToken stopping)
    {
        var started = new RedisServer(new ScratchDirectory(parent), FreePort.Url().Port, fsync);
        try
        {
            await started.UntilItListensAsync(stopping);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
        scratch.Dispose();
    }

    private async Task UntilItListensAsync(CancellationToken stopping)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(Server.Host, Server.Port, stopping);
                return;
            }
            catch (SocketException) when (watch.Elapsed < Patience && !process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), stopping);
            }
        }
    }
}
