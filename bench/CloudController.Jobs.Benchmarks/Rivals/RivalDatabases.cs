using System.Diagnostics;
using System.Globalization;
using CloudController.Jobs.Benchmarks.Rivals.Protocol;
using CloudController.Jobs.PostgreSql.Tests;
using Npgsql;

namespace CloudController.Jobs.Benchmarks.Rivals;

/// <summary>Databases on one durable PostgreSQL server, each a copy of the empty one that its system set up.</summary>
internal sealed class RivalDatabases(PostgreSqlServer server) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(server.ConnectionString);
    private int last;

    public async Task<string> VersionAsync() => (string)(await ScalarAsync("SHOW server_version"))!;

    /// <summary>An empty database, to be set up and copied.</summary>
    public async Task<QueueServer> CreateAsync(string name)
    {
        await RunAsync($"CREATE DATABASE \"{name}\"");
        return Server(name);
    }

    /// <summary>A copy, with what was written before brought to the disk, so that it is not brought there meanwhile.</summary>
    public async Task<QueueServer> CopyAsync(QueueServer template)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"run_{++last}");
        await UntilNobodyIsConnectedAsync(template);
        await RunAsync($"CREATE DATABASE \"{name}\" TEMPLATE \"{template.Database}\"");
        await RunAsync("CHECKPOINT");
        return Server(name);
    }

    /// <summary>Drops one. Its last connections may still be closing: whoever has them would not expect them to be cut.</summary>
    public async Task DropAsync(QueueServer database)
    {
        await UntilNobodyIsConnectedAsync(database);
        await RunAsync($"DROP DATABASE \"{database.Database}\" WITH (FORCE)");
    }

    /// <summary>What a database that is in use for a while would have behind it: tables vacuumed and analysed.</summary>
    public async Task SettleAsync(QueueServer database)
    {
        await using (var connection = new NpgsqlConnection(database.ConnectionString(1) + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await using var vacuum = new NpgsqlCommand("VACUUM (ANALYZE)", connection);
            await vacuum.ExecuteNonQueryAsync();
        }

        await RunAsync("CHECKPOINT");
    }

    /// <summary>Bytes of write-ahead log so far.</summary>
    public async Task<long> WalAsync() => (long)(decimal)(await ScalarAsync("SELECT pg_current_wal_lsn() - '0/0'"))!;

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await server.DisposeAsync();
    }

    private async Task UntilNobodyIsConnectedAsync(QueueServer database)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Patience
            && await ScalarAsync($"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database.Database}'") is not 0L)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }

    private QueueServer Server(string database)
    {
        var given = new NpgsqlConnectionStringBuilder(server.ConnectionString);
        return new QueueServer(given.Host!, given.Port, given.Username!, given.Password!, database);
    }

    private async Task RunAsync(string statement)
    {
        await using var command = source.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<object?> ScalarAsync(string statement)
    {
        await using var command = source.CreateCommand(statement);
        return await command.ExecuteScalarAsync();
    }
}
