using System.Diagnostics;
using CloudController.Jobs.PostgreSql.Tests;
using Npgsql;

namespace CloudController.Jobs.Faults.Tests;

/// <summary>A primary and streaming replicas, for one of which each of its commits waits. The primary goes with its trial.</summary>
internal sealed class Replication : IAsyncDisposable
{
    private readonly List<PostgreSqlServer> replicas = [];

    private Replication(PostgreSqlServer primary) => Primary = primary;

    public PostgreSqlServer Primary { get; }

    public IReadOnlyList<PostgreSqlServer> Replicas => replicas;

    /// <summary>Names them all.</summary>
    public string ConnectionString
    {
        get
        {
            var all = new NpgsqlConnectionStringBuilder(Primary.ConnectionString);
            (all.Host, all.TargetSessionAttributes) = (string.Join(',', replicas.Prepend(Primary).Select(server => $"127.0.0.1:{Port(server)}")), "primary");
            all.Remove("Port");
            return all.ConnectionString;
        }
    }

    /// <summary>Starts them.</summary>
    /// <param name="replicas">How many replicas.</param>
    /// <param name="commit">What <c>synchronous_commit</c> is.</param>
    public static async Task<Replication> StartAsync(int replicas, string commit = "on")
    {
        var all = new Replication(await PostgreSqlServer.StartAsync(Path.GetTempPath(), durable: true));
        await Trial.ExecuteAsync(all.Primary, $"ALTER ROLE CURRENT_USER SET synchronous_commit = {commit}");

        // For the replicas, which take it over: what is asked of one is answered, however late it is.
        await Trial.ExecuteAsync(all.Primary, "ALTER SYSTEM SET max_standby_streaming_delay = -1");
        for (var replica = 0; replica < replicas; replica++)
            all.replicas.Add(await PostgreSqlServer.StartAsync(Path.GetTempPath(), durable: true, all.Primary));

        await Trial.UntilAsync(() => HasReplicasAsync(all.Primary, replicas, "state = 'streaming'"));
        await WaitForReplicaAsync(all.Primary);
        await Trial.UntilAsync(() => HasReplicasAsync(all.Primary, replicas, "sync_state = 'quorum'"));
        return all;
    }

    /// <summary>Kills the primary and waits until a submit has met with that.</summary>
    public async Task KillPrimaryAsync(Trial trial)
    {
        var before = trial.Ledger.SentAgain;
        await Primary.StopAsync();
        await Trial.UntilAsync(() => Task.FromResult(trial.Ledger.SentAgain > before));
    }

    /// <summary>Makes a replica stand still: what is sent to it never arrives.</summary>
    /// <returns>Lets it go on, without that.</returns>
    public static async Task<Func<Task>> HangAsync(PostgreSqlServer replica)
    {
        var receiver = await Trial.ExecuteAsync(replica, "SELECT pid FROM pg_stat_wal_receiver");
        await SignalAsync("STOP", receiver);
        return () => SignalAsync("KILL", receiver);
    }

    /// <summary>After the primary's death, and all that had arrived by then: the replica that has most.</summary>
    public async Task<PostgreSqlServer> FurthestAsync()
    {
        var received = new Dictionary<PostgreSqlServer, long>();
        foreach (var replica in replicas)
        {
            await Trial.UntilAsync(() => AnswersAsync(replica));
            const string Furthest = "SELECT (greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) - '0/0')::bigint";
            received.Add(replica, (long)(await Trial.ExecuteAsync(replica, Furthest))!);
        }

        return received.MaxBy(replica => replica.Value).Key;
    }

    /// <summary>Makes a replica the primary, for which the others are replicas.</summary>
    public async Task PromoteAsync(PostgreSqlServer replica)
    {
        var others = replicas.Where(other => other != replica).ToArray();
        if (others.Length > 0)
            await WaitForReplicaAsync(replica);

        await Trial.ExecuteAsync(replica, "SELECT pg_promote()");
        foreach (var other in others)
        {
            var primary = $"host=127.0.0.1 port={Port(replica)} user=tester password=''{PostgreSqlServer.Password}''";
            await Trial.ExecuteAsync(other, $"ALTER SYSTEM SET primary_conninfo = '{primary}'");
            await Trial.ExecuteAsync(other, "SELECT pg_reload_conf()");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in replicas)
            await replica.DisposeAsync();
    }

    private static int Port(PostgreSqlServer server) => new NpgsqlConnectionStringBuilder(server.ConnectionString).Port;

    private static async Task<bool> HasReplicasAsync(PostgreSqlServer primary, int replicas, string where) =>
        (long)(await Trial.ExecuteAsync(primary, $"SELECT count(*) FROM pg_stat_replication WHERE {where}"))! == replicas;

    // From now on commits wait for any one of them.
    private static async Task WaitForReplicaAsync(PostgreSqlServer primary)
    {
        await Trial.ExecuteAsync(primary, "ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
        await Trial.ExecuteAsync(primary, "SELECT pg_reload_conf()");
    }

    private static async Task SignalAsync(string signal, object? process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        await kill.WaitForExitAsync(Trial.Cancellation);
    }

    // A replica that has lost a process by a kill starts all of its others anew.
    private static async Task<bool> AnswersAsync(PostgreSqlServer replica)
    {
        try
        {
            return (long)(await Trial.ExecuteAsync(replica, "SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'"))! == 0;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
