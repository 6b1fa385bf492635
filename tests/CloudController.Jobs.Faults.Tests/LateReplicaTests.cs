namespace CloudController.Jobs.Faults.Tests;

/// <summary>The only replica hangs, or does not apply what it receives, before the primary is killed and it takes its place.</summary>
public sealed class LateReplicaTests
{
    private const int JobsBefore = 60;
    private const int RefusedWhileItIsLate = 8;

    [Fact]
    public async Task Where_the_replica_hung_before_nothing_that_was_accepted_is_lost()
    {
        await using var servers = await Replication.StartAsync(replicas: 1);
        await using var trial = await Trial.StartAsync(servers.Primary, nodes: 2, servers.ConnectionString);

        // What the primary alone had committed could be seen there, but nobody was told that it was done.
        await trial.BalanceAsync(FailOverAsync, endsMayBeUndone: true);

        async Task FailOverAsync()
        {
            await trial.AcceptedAsync(JobsBefore);
            var goOn = await Replication.HangAsync(servers.Replicas[0]);
            await RefusedAsync(trial);
            await servers.Primary.StopAsync();
            await goOn();
            await servers.PromoteAsync(await servers.FurthestAsync());
            await trial.AcceptedAsync(JobsBefore);
        }
    }

    [Fact]
    public async Task Where_the_replica_received_but_did_not_apply_nothing_that_was_accepted_is_lost()
    {
        await using var servers = await Replication.StartAsync(replicas: 1, "remote_apply");
        await using var trial = await Trial.StartAsync(servers.Primary, nodes: 2, servers.ConnectionString);

        await trial.BalanceAsync(FailOverAsync, endsMayBeUndone: true);

        async Task FailOverAsync()
        {
            await trial.AcceptedAsync(JobsBefore);
            await Trial.ExecuteAsync(servers.Replicas[0], "SELECT pg_wal_replay_pause()");
            await RefusedAsync(trial);
            await servers.Primary.StopAsync();
            await servers.PromoteAsync(servers.Replicas[0]);
            await trial.AcceptedAsync(JobsBefore);
        }
    }

    private static Task RefusedAsync(Trial trial)
    {
        var before = trial.Ledger.SentAgain;
        return Trial.UntilAsync(() => Task.FromResult(trial.Ledger.SentAgain >= before + RefusedWhileItIsLate));
    }
}
