using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace CloudController.Jobs.PostgreSql.Tests;

/// <summary>A PostgreSQL server of its own, in a folder of its own, that ends with this process, however that ends.</summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    public const string Password = "correct horse";

    private const string User = "tester";

    // The server runs until its parent writes a line, again after the next line, and not any more once the pipe is closed. One that gives up by itself is
    // started again, as a service manager does.
    private const string Serve = """
        if [ -n "$6" ]; then
            "$1/pg_basebackup" -D "$2/data" -d "$6" -R -c fast --no-sync
        else
            "$1/initdb" -D "$2/data" -U tester --auth=scram-sha-256 --pwfile="$2/password" --no-sync -E UTF8 --locale=C \
                ${7:+--waldir="$7" --wal-segsize=1}
        fi >"$2/initdb.log" 2>&1 || exit 1
        while
            {
                until [ -e "$2/stopping" ]; do
                    "$1/postgres" -D "$2/data" -k "$2" -h 127.0.0.1 -p "$3" \
                        -c max_connections=400 -c shared_buffers="$4" -c fsync="$5" -c full_page_writes="$5" -c synchronous_commit="$5" \
                        -c max_wal_size=4GB >>"$2/server.log" 2>&1
                    [ -e "$2/stopping" ] || sleep 0.2
                done
                rm "$2/stopping"
            } &
            read -r _
            touch "$2/stopping"
            while [ -e "$2/stopping" ]; do
                kill -QUIT "$(head -n 1 "$2/data/postmaster.pid")"
                sleep 0.05
            done 2>/dev/null
            wait
            read -r _
        do :; done
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly DirectoryInfo folder;
    private readonly int port = Ports.Find();
    private Process? server;
    private int schemas;

    private PostgreSqlServer(DirectoryInfo folder) => this.folder = folder;

    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = User,
        Password = Password,
        Database = "postgres",
        MaxPoolSize = 10,
    }.ConnectionString;

    /// <summary>What it said so far.</summary>
    public string Log => Path.Combine(folder.FullName, "server.log");

    /// <summary>A schema that no other test uses.</summary>
    public string NewSchema() => string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref schemas)}");

    /// <summary>Starts one.</summary>
    /// <param name="parent">Where its folder is made.</param>
    /// <param name="durable">Whether what is committed reaches the disk.</param>
    /// <param name="primary">Of which it is a streaming replica; <see langword="null"/>: it is none.</param>
    /// <param name="log">An empty folder for its write-ahead log, in segments of 1 MB; <see langword="null"/>: it lies with all the rest.</param>
    public static async Task<PostgreSqlServer> StartAsync(string parent, bool durable, PostgreSqlServer? primary = null, string? log = null)
    {
        var started = new PostgreSqlServer(Directory.CreateDirectory(Path.Combine(parent, $"jobs-pg-{Path.GetRandomFileName()}")));
        var source = primary is null ? "" : $"postgresql://{User}:{Uri.EscapeDataString(Password)}@127.0.0.1:{primary.port}/postgres";
        await started.RunAsync(durable, source, log ?? "");
        return started;
    }

    /// <summary>Stops it in immediate mode, as if it had crashed.</summary>
    public async Task StopAsync()
    {
        await server!.StandardInput.WriteLineAsync();
        await server.StandardInput.FlushAsync();
        while (await AnswersAsync())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>Starts it again, after a stop.</summary>
    public async Task StartAgainAsync()
    {
        await server!.StandardInput.WriteLineAsync();
        await server.StandardInput.FlushAsync();
        await UntilItAnswersAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            server.StandardInput.Close();
            await server.WaitForExitAsync();
            server.Dispose();
        }

        folder.Delete(recursive: true);
    }

    private async Task RunAsync(bool durable, string primary, string log)
    {
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "password"), Password);
        server = Process.Start(Command(durable, primary, log)) ?? throw new InvalidOperationException("No process was started.");
        await UntilItAnswersAsync();
    }

    private async Task UntilItAnswersAsync()
    {
        var started = Stopwatch.StartNew();
        while (!await AnswersAsync())
        {
            if (server!.HasExited || started.Elapsed > Patience)
            {
                throw new InvalidOperationException($"The server did not start; see {folder.FullName}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    // It refuses to run as root: then it runs as the user that its packages make.
    private ProcessStartInfo Command(bool durable, string primary, string log)
    {
        var command = new ProcessStartInfo("sh") { RedirectStandardInput = true };
        if (Environment.IsPrivilegedProcess)
        {
            using var given = Process.Start("chown", ["-R", "postgres", folder.FullName]);
            given.WaitForExit();
            command = new ProcessStartInfo("runuser") { RedirectStandardInput = true };
            foreach (var argument in (string[])["-u", "postgres", "--", "sh"])
            {
                command.ArgumentList.Add(argument);
            }
        }

        var (memory, sync) = durable ? ("512MB", "on") : ("64MB", "off");
        foreach (var argument in (string[])["-c", Serve, "sh", Programs(), folder.FullName, $"{port}", memory, sync, primary, log])
        {
            command.ArgumentList.Add(argument);
        }

        return command;
    }

    private static string Programs()
    {
        var packaged = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        var known = packaged.Select(version => Path.Combine(version, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator));
        return known.LastOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_basebackup")))
            ?? throw new InvalidOperationException("PostgreSQL is not installed: apt-get install postgresql.");
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            // Not from the pool, whose connections may be those to a server that is gone.
            await using var connection = new NpgsqlConnection($"{ConnectionString};Pooling=false");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
