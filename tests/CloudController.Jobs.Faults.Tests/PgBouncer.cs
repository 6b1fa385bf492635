using System.Diagnostics;
using CloudController.Jobs.PostgreSql.Tests;
using Npgsql;

namespace CloudController.Jobs.Faults.Tests;

/// <summary>A PgBouncer in transaction mode before a database, with fewer connections to it than its clients have to PgBouncer.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("jobs-pgbouncer-");
    private readonly int port = Ports.Find();
    private readonly NpgsqlConnectionStringBuilder database;
    private Process? process;

    private PgBouncer(PostgreSqlServer database) => this.database = new NpgsqlConnectionStringBuilder(database.ConnectionString);

    public string ConnectionString => new NpgsqlConnectionStringBuilder(database.ConnectionString) { Port = port }.ConnectionString;

    public static async Task<PgBouncer> StartAsync(PostgreSqlServer database)
    {
        var started = new PgBouncer(database);
        await started.StartAsync();
        return started;
    }

    /// <summary>Kills it, with all connections on both sides.</summary>
    public async Task KillAsync()
    {
        process!.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    public async Task StartAsync()
    {
        var settings = Path.Combine(folder.FullName, "pgbouncer.ini");
        await File.WriteAllTextAsync(settings, $"""
            [databases]
            postgres = host=127.0.0.1 port={database.Port} user={database.Username} password='{database.Password}'
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = 6
            max_client_conn = 400
            """);

        // It refuses to run as root, as its database does.
        process = Environment.IsPrivilegedProcess
            ? Process.Start("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", "pgbouncer", "-q", Readable(settings)])
            : Process.Start("pgbouncer", ["-q", settings]);
        await Trial.UntilAsync(AnswersAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        folder.Delete(recursive: true);
    }

    private string Readable(string file)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.FullName, File.GetUnixFileMode(folder.FullName) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.OtherRead);
        }

        return file;
    }

    private async Task<bool> AnswersAsync()
    {
        Assert.False(process!.HasExited, "PgBouncer did not start.");
        try
        {
            await using var connection = new NpgsqlConnection($"{ConnectionString};Pooling=false");
            await connection.OpenAsync(Trial.Cancellation);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
