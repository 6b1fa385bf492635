namespace CloudController.Jobs.Faults.Tests;

/// <summary>Commits wait for any one of two replicas, the primary is killed, and the replica that has most takes its place.</summary>
public sealed class TwoReplicasTests
{
    private const int JobsBefore = 60;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_two_replicas_of_which_any_one_will_do_the_one_that_is_ahead_takes_over_and_the_other_follows_it(bool oneHangs)
    {
        await using var servers = await Replication.StartAsync(replicas: 2);
        await using var trial = await Trial.StartAsync(servers.Primary, nodes: 2, servers.ConnectionString);

        await trial.BalanceAsync(async () =>
        {
            var goOn = oneHangs ? await Replication.HangAsync(servers.Replicas[0]) : () => Task.CompletedTask;
            await trial.AcceptedAsync(JobsBefore);
            await servers.KillPrimaryAsync(trial);
            await goOn();
            await servers.PromoteAsync(await servers.FurthestAsync());

            // Which waits for the other.
            await trial.AcceptedAsync(JobsBefore);
        });
    }
}
