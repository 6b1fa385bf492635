using CloudController.Jobs.PostgreSql.Tests;

namespace CloudController.Jobs.Faults.Tests;

/// <summary>A transaction pooler stands between nodes and database: no session of their own, no notifications, no prepared statements.</summary>
public sealed class PoolerTests
{
    private const int JobsBetween = 60;

    [Fact]
    public async Task Behind_a_transaction_pooler_that_is_killed_and_a_database_that_breaks_connections_each_job_comes_to_its_one_end()
    {
        var database = await PostgreSqlServer.StartAsync(Path.GetTempPath(), durable: true);
        await using var pooler = await PgBouncer.StartAsync(database);
        await using var trial = await Trial.StartAsync(database, nodes: 2, pooler.ConnectionString);

        await trial.BalanceAsync(async () =>
        {
            await trial.AcceptedAsync(JobsBetween);
            await pooler.KillAsync();
            await pooler.StartAsync();

            await trial.AcceptedAsync(JobsBetween);
            await trial.Nodes[0].KillAsync();
            await trial.Nodes[0].StartAsync(Trial.Cancellation);

            await trial.AcceptedAsync(JobsBetween);
        });

        Assert.Equal(0L, await trial.ExecuteAsync("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"));
    }
}
