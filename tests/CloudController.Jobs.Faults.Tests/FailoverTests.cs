using System.Diagnostics;
using CloudController.Jobs.PostgreSql.Tests;
using Npgsql;

namespace CloudController.Jobs.Faults.Tests;

/// <summary>The primary is killed, and its streaming replica promoted.</summary>
public sealed class FailoverTests
{
    private const int JobsBefore = 60;
    private const int RefusedWhileItHangs = 8;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_both_hosts_named_and_synchronous_replication_nothing_that_was_accepted_is_lost_and_nodes_follow(bool replicaHangs)
    {
        var primary = await PostgreSqlServer.StartAsync(Path.GetTempPath(), durable: true);
        await using var replica = await PostgreSqlServer.StartAsync(Path.GetTempPath(), durable: true, primary);
        await Trial.UntilAsync(async () => (string?)await Trial.ExecuteAsync(primary, "SELECT state FROM pg_stat_replication") == "streaming");
        await Trial.ExecuteAsync(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'");
        await Trial.ExecuteAsync(primary, "SELECT pg_reload_conf()");
        await Trial.UntilAsync(async () => (string?)await Trial.ExecuteAsync(primary, "SELECT sync_state FROM pg_stat_replication") == "sync");
        await using var trial = await Trial.StartAsync(primary, nodes: 2, BothOf(primary, replica));

        // What the primary alone had committed could be seen there, but nobody was told that it was done.
        await trial.BalanceAsync(FailOverAsync, endsMayBeUndone: replicaHangs);

        async Task FailOverAsync()
        {
            await trial.AcceptedAsync(JobsBefore);
            if (replicaHangs)
                await HangAsync(trial, primary, replica);
            else
                await DieAsync(trial, primary);

            await Trial.ExecuteAsync(replica, "SELECT pg_promote()");
            await trial.AcceptedAsync(JobsBefore);
        }
    }

    // Nothing takes its place before a submit has met with that.
    private static async Task DieAsync(Trial trial, PostgreSqlServer primary)
    {
        var before = trial.Ledger.SentAgain;
        await primary.StopAsync();
        await Trial.UntilAsync(() => Task.FromResult(trial.Ledger.SentAgain > before));
    }

    // The replica stands still before the primary dies, and what had been sent to it by then never arrives.
    private static async Task HangAsync(Trial trial, PostgreSqlServer primary, PostgreSqlServer replica)
    {
        var receiver = await Trial.ExecuteAsync(replica, "SELECT pid FROM pg_stat_wal_receiver");
        await SignalAsync("STOP", receiver);
        var before = trial.Ledger.SentAgain;
        await Trial.UntilAsync(() => Task.FromResult(trial.Ledger.SentAgain >= before + RefusedWhileItHangs));
        await primary.StopAsync();
        await SignalAsync("KILL", receiver);
        await Trial.UntilAsync(() => AnswersAsync(replica));
    }

    private static async Task SignalAsync(string signal, object? process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        await kill.WaitForExitAsync(Trial.Cancellation);
    }

    // Having lost a process so, it starts all of its others anew.
    private static async Task<bool> AnswersAsync(PostgreSqlServer server)
    {
        try
        {
            return (long)(await Trial.ExecuteAsync(server, "SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'"))! == 0;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static string BothOf(PostgreSqlServer primary, PostgreSqlServer replica)
    {
        var first = new NpgsqlConnectionStringBuilder(primary.ConnectionString);
        var second = new NpgsqlConnectionStringBuilder(replica.ConnectionString);
        (first.Host, first.TargetSessionAttributes) = ($"127.0.0.1:{first.Port},127.0.0.1:{second.Port}", "primary");
        first.Remove("Port");
        return first.ConnectionString;
    }
}
