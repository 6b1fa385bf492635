using Npgsql;

namespace CloudController.Jobs.Faults.Tests;

/// <summary>A network swallows all that one node and the database send each other.</summary>
public sealed class HalfOpenConnectionTests
{
    [Fact]
    public async Task A_node_that_the_database_does_not_hear_loses_its_jobs_to_another_and_comes_back_by_itself()
    {
        await using var trial = await Trial.StartAsync(nodes: 1);
        var database = new NpgsqlConnectionStringBuilder(trial.Database.ConnectionString);
        var port = database.Port;
        await using var proxy = new SwallowingProxy(() => port);
        database.Port = proxy.Port;
        await trial.AddAsync(database.ConnectionString);
        var run = new LostRun(trial, () => trial.Nodes[1].EffectsFile);

        await trial.BalanceAsync(async () =>
        {
            await run.StrikeAsync(Done(proxy.Swallow), Done(proxy.Carry));
            await run.TakenBackAsync();
            proxy.Carry();
        });

        static Func<Task> Done(Action act) => () =>
        {
            act();
            return Task.CompletedTask;
        };

        // Its run was stopped when the lease could not be renewed, or told so at its end.
        Assert.InRange(trial.Nodes[1].LeasesLost + trial.Nodes[1].EndsRefused, 1, int.MaxValue);
    }
}
