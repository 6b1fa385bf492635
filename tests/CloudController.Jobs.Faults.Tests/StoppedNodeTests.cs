using System.Diagnostics;
using CloudController.Jobs.Cli.Torture;

namespace CloudController.Jobs.Faults.Tests;

/// <summary>A node stands still for longer than its leases, and goes on as if nothing had been.</summary>
public sealed class StoppedNodeTests
{
    [Fact]
    public async Task A_node_that_stood_still_for_longer_than_its_leases_ends_none_of_its_jobs_a_second_time()
    {
        await using var trial = await Trial.StartAsync(nodes: 2);
        var run = new LostRun(trial, () => trial.Nodes[1].EffectsFile);

        await trial.BalanceAsync(async () =>
        {
            trial.Nodes[1].WasDown = true;
            await run.StrikeAsync(() => SignalAsync(trial.Nodes[1], "STOP"), () => SignalAsync(trial.Nodes[1], "CONT"));
            await run.TakenBackAsync();
            await SignalAsync(trial.Nodes[1], "CONT");
        });

        // It heard at a heartbeat that the lease was lost, or at the run's end.
        Assert.InRange(trial.Nodes[1].LeasesLost + trial.Nodes[1].EndsRefused, 1, int.MaxValue);
    }

    private static async Task SignalAsync(TortureNode node, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{node.Id}"]);
        await kill.WaitForExitAsync(Trial.Cancellation);
    }
}
