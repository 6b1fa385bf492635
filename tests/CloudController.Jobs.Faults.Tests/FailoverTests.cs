namespace CloudController.Jobs.Faults.Tests;

/// <summary>The primary is killed, and a streaming replica of it promoted.</summary>
public sealed class FailoverTests
{
    private const int JobsBefore = 60;

    [Theory]
    [InlineData("on")]
    [InlineData("remote_apply")]
    public async Task With_both_hosts_named_and_synchronous_replication_nothing_that_was_accepted_is_lost_and_nodes_follow(string commit)
    {
        await using var servers = await Replication.StartAsync(replicas: 1, commit);
        await using var trial = await Trial.StartAsync(servers.Primary, nodes: 2, servers.ConnectionString);
        Assert.Equal(commit, await trial.ExecuteAsync("SHOW synchronous_commit"));

        await trial.BalanceAsync(async () =>
        {
            await trial.AcceptedAsync(JobsBefore);
            await servers.KillPrimaryAsync(trial);
            await servers.PromoteAsync(servers.Replicas[0]);
            await trial.AcceptedAsync(JobsBefore);
        });
    }
}
