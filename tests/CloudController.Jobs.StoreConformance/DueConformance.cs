using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

public abstract class DueConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task What_has_come_due_can_be_claimed()
    {
        var scheduled = await SubmitAsync(SomeJob() with { RunAt = Now.AddSeconds(10) });
        var polling = await RunAsync(new RunEnd.Polled(TimeSpan.FromSeconds(10)));
        var retrying = await RunAsync(new RunEnd.Failed([Some.Error]) { RetryAt = Now.AddSeconds(10) }, SomeJob() with { MaxAttempts = 2 });
        Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(new DueResult(Moved: 3, NextDueAt: null), await Store.PromoteDueAsync(100, Cancellation));

        Assert.Equal(
            [JobPhase.Queued, JobPhase.PollDue, JobPhase.Queued],
            (await Store.FindManyAsync([scheduled, polling, retrying], Cancellation)).Select(job => job.Lifecycle.Phase));
        Assert.Equal([Some.Error], (await FindLifecycleAsync(retrying)).Errors);
    }

    [Fact]
    public async Task Nothing_moves_before_its_time_and_the_next_time_is_known()
    {
        await SubmitAsync(SomeJob() with { RunAt = Now.AddSeconds(20) });
        await SubmitAsync(SomeJob() with { RunAt = Now.AddSeconds(10) });
        await RunAsync(new RunEnd.Polled(TimeSpan.FromSeconds(15)));

        Assert.Equal(new DueResult(0, Now.AddSeconds(10)), await Store.PromoteDueAsync(100, Cancellation));

        Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(new DueResult(1, Now.AddSeconds(5)), await Store.PromoteDueAsync(100, Cancellation));

        Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(new DueResult(1, Now.AddSeconds(5)), await Store.PromoteDueAsync(100, Cancellation));
    }

    [Fact]
    public async Task An_empty_store_has_nothing_due() => Assert.Equal(new DueResult(0, null), await Store.PromoteDueAsync(100, Cancellation));

    [Fact]
    public async Task An_expiry_is_the_next_time_too()
    {
        await SubmitAsync(SomeJob() with { ExpiresAt = Now.AddSeconds(7) });
        await SubmitAsync(SomeJob() with { RunAt = Now.AddSeconds(20), ExpiresAt = Now.AddSeconds(30) });

        Assert.Equal(Now.AddSeconds(7), (await Store.PromoteDueAsync(100, Cancellation)).NextDueAt);
    }

    [Fact]
    public async Task At_most_the_limit_moves_and_the_rest_is_due_at_once()
    {
        await SubmitAllAsync(SomeJobs(5).Select(job => job with { RunAt = Now.AddSeconds(1) }));
        Clock.Advance(TimeSpan.FromSeconds(1));

        var first = await Store.PromoteDueAsync(3, Cancellation);
        Assert.Equal(3, first.Moved);
        Assert.True(first.NextDueAt <= Now);

        Assert.Equal(2, (await Store.PromoteDueAsync(3, Cancellation)).Moved);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3_600)]
    public async Task What_had_not_started_in_time_expires(int runInSeconds)
    {
        var job = SomeJob() with { RunAt = Now.AddSeconds(runInSeconds), ExpiresAt = Now.AddSeconds(60) };
        await SubmitAsync(job);

        Clock.Advance(TimeSpan.FromMilliseconds(59_999));
        await Store.PromoteDueAsync(100, Cancellation);
        Assert.False((await FindLifecycleAsync(job.Guid)).Phase.IsTerminal());

        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, (await Store.PromoteDueAsync(100, Cancellation)).Moved);

        var expired = await FindAsync(job.Guid);
        Assert.Equal((JobPhase.Expired, Now, Now), (expired.Lifecycle.Phase, expired.Lifecycle.FinishedAt, expired.UpdatedAt));
        Assert.Equal(Some.ExpiredCode, Assert.Single(expired.Lifecycle.Errors).Code);
        Assert.Equal(Some.ExpiredCode, (await Store.FindStatusAsync(job.Guid, Cancellation))?.Error?.Code);
    }

    [Fact]
    public async Task What_started_in_time_does_not_expire()
    {
        var running = await StartAsync(SomeJob("app.run") with { ExpiresAt = Now.AddSeconds(1) });
        var released = await RunAsync(Some.Released, SomeJob("app.release") with { ExpiresAt = Now.AddSeconds(1) });
        var polling = await RunAsync(Some.Polled, SomeJob("app.poll") with { ExpiresAt = Now.AddSeconds(1) });

        await PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(
            [JobPhase.Running, JobPhase.Queued, JobPhase.PollDue],
            (await Store.FindManyAsync([running.Job.Guid, released, polling], Cancellation)).Select(job => job.Lifecycle.Phase));
    }

    [Fact]
    public async Task A_paused_queue_s_jobs_come_due_and_expire_all_the_same()
    {
        await Store.PauseQueueAsync("default", new QueuePause(Now, "admin", null), Cancellation);
        var scheduled = await SubmitAsync(SomeJob() with { RunAt = Now.AddSeconds(1) });
        var expiring = await SubmitAsync(SomeJob() with { ExpiresAt = Now.AddSeconds(1) });

        await PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(JobPhase.Queued, (await FindLifecycleAsync(scheduled)).Phase);
        Assert.Equal(JobPhase.Expired, (await FindLifecycleAsync(expiring)).Phase);
    }
}
