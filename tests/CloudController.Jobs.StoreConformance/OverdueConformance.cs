using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

public abstract class OverdueConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task A_run_is_overdue_when_its_lease_expires_and_not_before()
    {
        var run = await StartAsync();

        Clock.Advance(Lease - Instant);
        Assert.Empty(await Store.FindOverdueAsync(10, Cancellation));

        Clock.Advance(Instant);
        var overdue = await FindOneOverdueAsync();
        Assert.Equal((OverdueReason.LeaseExpired, true, run.Lease), (overdue.Reason, overdue.Counts, overdue.Claimed.Lease));
        Assert.Equal(run.Job.Guid, overdue.Claimed.Job.Guid);
    }

    [Fact]
    public async Task A_rescued_run_goes_back_to_its_queue_without_spending_an_attempt()
    {
        var run = await StartAsync();
        Clock.Advance(Lease);

        await RescueAsync();

        var job = await FindLifecycleAsync(run.Job.Guid);
        Assert.Equal((JobPhase.Queued, 0, 1, 1), (job.Phase, job.AttemptsSpent, job.LostRuns, job.Run));
        Assert.Empty(await Store.FindOverdueAsync(10, Cancellation));
        Assert.Equal(2, (await ClaimOneAsync()).Lease.Run);
    }

    [Fact]
    public async Task A_job_that_loses_its_worker_time_and_again_fails()
    {
        var job = await SubmitAsync(SomeJob());
        for (var lost = 1; lost <= Some.Rules.MaxLostRuns; lost++)
        {
            await ClaimOneAsync();
            Clock.Advance(Lease);
            await RescueAsync();
        }

        var failed = await FindLifecycleAsync(job);
        Assert.Equal(JobPhase.Failed, failed.Phase);
        Assert.Equal([Some.Rules.WorkerLost], failed.Errors);
    }

    [Fact]
    public async Task A_run_is_overdue_when_its_running_time_is_used_up_however_well_it_answers()
    {
        var run = await StartAsync(SomeJob() with { Timeout = TimeSpan.FromSeconds(40) });
        Clock.Advance(TimeSpan.FromSeconds(20));
        await HeartbeatAsync(run);

        Clock.Advance(TimeSpan.FromSeconds(20) - Instant);
        Assert.Empty(await Store.FindOverdueAsync(10, Cancellation));

        Clock.Advance(Instant);
        Assert.Equal(OverdueReason.TimedOut, (await FindOneOverdueAsync()).Reason);

        await RescueAsync();
        Assert.Equal([Some.Rules.TimedOut], (await FindLifecycleAsync(run.Job.Guid)).Errors);
    }

    [Fact]
    public async Task The_running_time_of_earlier_polls_counts_and_the_waits_between_do_not()
    {
        var run = await StartAsync(SomeJob() with { Timeout = TimeSpan.FromSeconds(25) });
        Clock.Advance(TimeSpan.FromSeconds(10));
        await EndAsync(run, Some.Polled);
        await PassAsync(TimeSpan.FromHours(1));
        await ClaimOneAsync();

        Clock.Advance(TimeSpan.FromSeconds(15) - Instant);
        Assert.Empty(await Store.FindOverdueAsync(10, Cancellation));

        Clock.Advance(Instant);
        Assert.Equal(OverdueReason.TimedOut, (await FindOneOverdueAsync()).Reason);
    }

    [Fact]
    public async Task A_run_that_stays_silent_for_a_minute_after_a_cancel_is_overdue()
    {
        await SubmitAsync(SomeJob());
        var exchange = await Store.SettleAndClaimAsync([], Wanted() with { Lease = TimeSpan.FromHours(1) }, Cancellation);
        var run = Assert.Single(exchange.Claimed);
        Clock.Advance(TimeSpan.FromSeconds(5));
        await Store.CancelAsync(run.Job.Guid, Cancellation);

        Clock.Advance(JobLifecycle.CancelGrace - Instant);
        Assert.Empty(await Store.FindOverdueAsync(10, Cancellation));

        Clock.Advance(Instant);
        Assert.Equal(OverdueReason.CancelIgnored, (await FindOneOverdueAsync()).Reason);

        await RescueAsync();
        Assert.Equal(JobPhase.Cancelled, (await FindLifecycleAsync(run.Job.Guid)).Phase);
    }

    [Fact]
    public async Task A_run_that_is_lost_after_a_cancel_is_cancelled()
    {
        var run = await StartAsync();
        await Store.CancelAsync(run.Job.Guid, Cancellation);
        Clock.Advance(Lease);

        await RescueAsync();

        Assert.Equal(JobPhase.Cancelled, (await FindLifecycleAsync(run.Job.Guid)).Phase);
    }

    [Fact]
    public async Task At_most_the_limit_are_found_at_once_and_the_rest_after_those_are_ended()
    {
        await SubmitAllAsync(SomeJobs(5));
        await ClaimAsync();
        Clock.Advance(Lease);

        var found = await Store.FindOverdueAsync(3, Cancellation);
        Assert.Equal(3, found.Count);
        foreach (var overdue in found)
        {
            await SettleAsync(Some.Rescue(overdue, Now));
        }

        Assert.Equal(2, (await Store.FindOverdueAsync(3, Cancellation)).Count);
    }

    [Fact]
    public async Task What_waits_or_has_ended_is_never_overdue()
    {
        await RunAsync(Some.Finished);
        await RunAsync(Some.Polled);
        await RunAsync(Some.Failed);
        await SubmitAsync(SomeJob());

        Clock.Advance(TimeSpan.FromDays(30));

        Assert.Empty(await Store.FindOverdueAsync(10, Cancellation));
    }
}
