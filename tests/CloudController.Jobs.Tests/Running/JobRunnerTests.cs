using CloudController.Jobs.Running;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Tests.Running;

public sealed class JobRunnerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // A drain writes what was handed over, and is done once nothing runs: it must not look in between.
    [Fact]
    public async Task Something_runs_until_the_end_of_a_run_has_been_handed_over_though_its_slot_is_free_before()
    {
        await using var engine = await EngineHost.StartAsync(
            new Script((_, _) => Task.FromResult(JobOutcome.Finished())), settings: new() { ["Worker:Enabled"] = "false" });
        await engine.EnqueueAsync();
        var claim = new ClaimRequest("test", [ScriptedArguments.Operation], null, 1, TimeSpan.FromMinutes(1));
        var claimed = Assert.Single((await engine.Store.SettleAndClaimAsync([], claim, Cancellation)).Claimed);
        var running = engine.Part<RunningJobs>();
        var seen = new TaskCompletionSource<(int, bool)>(TaskCreationOptions.RunContinuationsAsynchronously);

        engine.Part<JobRunner>().Start(claimed, TimeProvider.System.GetTimestamp(), _ => seen.SetResult((running.Count, running.IsEmpty)));

        Assert.Equal((0, false), await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
    }

    [Fact]
    public async Task A_process_that_stood_still_for_a_lease_does_not_begin_what_it_had_claimed()
    {
        var begun = false;
        await using var engine = await EngineHost.StartAsync(
            new Script((_, _) =>
            {
                begun = true;
                return Task.FromResult(JobOutcome.Finished());
            }),
            settings: new() { ["Worker:Enabled"] = "false", ["Worker:LeaseSeconds"] = "30" });
        await engine.EnqueueAsync();
        var claim = new ClaimRequest("test", [ScriptedArguments.Operation], null, 1, TimeSpan.FromSeconds(30));
        var claimed = Assert.Single((await engine.Store.SettleAndClaimAsync([], claim, Cancellation)).Claimed);
        var ended = new TaskCompletionSource<Settlement?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var aLeaseAgo = TimeProvider.System.GetTimestamp() - (30 * TimeProvider.System.TimestampFrequency);

        engine.Part<JobRunner>().Start(claimed, aLeaseAgo, ended.SetResult);

        Assert.Null(await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
        Assert.False(begun);
        Assert.Equal(0, engine.Part<RunningJobs>().Count);
    }
}
