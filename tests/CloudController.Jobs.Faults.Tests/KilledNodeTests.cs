namespace CloudController.Jobs.Faults.Tests;

/// <summary>Nodes go without a word, in the middle of submits, claims and ends.</summary>
public sealed class KilledNodeTests
{
    private const int Kills = 4;
    private const int JobsBetween = 30;

    [Fact]
    public async Task Whenever_a_node_is_killed_each_accepted_job_comes_to_its_one_end()
    {
        await using var trial = await Trial.StartAsync(nodes: 3);

        var balance = await trial.BalanceAsync(async () =>
        {
            var first = trial.Nodes[0];
            await new LostRun(trial, () => first.EffectsFile).StrikeAsync(first.KillAsync, () => first.StartAsync(Trial.Cancellation));
            var starting = trial.Nodes.ToDictionary(node => node, _ => Task.CompletedTask);
            starting[first] = first.StartAsync(Trial.Cancellation);
            for (var kill = 1; kill < Kills; kill++)
            {
                await trial.AcceptedAsync(JobsBetween);
                var node = trial.Nodes[kill % trial.Nodes.Count];
                await starting[node];
                await node.KillAsync();
                starting[node] = node.StartAsync(Trial.Cancellation);
            }

            await trial.AcceptedAsync(JobsBetween);

            await Task.WhenAll(starting.Values);
        });

        Assert.InRange(balance.RunsTakenBack, 1, int.MaxValue);
    }
}
